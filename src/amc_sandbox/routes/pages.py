"""Pages of a list and the opaque token of the next one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from amc_sandbox.families import Refusal


def page(name: str, items: Sequence[Any], token: str | None, size: int) -> dict[str, Any]:
    """One page under its name, with `nextToken` unless it is the last."""
    start = _read(token)
    answer: dict[str, Any] = {name: list(items[start : start + size])}
    if start + size < len(items):
        answer["nextToken"] = base64.urlsafe_b64encode(f"from:{start + size}".encode()).decode()
    return answer


def _read(token: str | None) -> int:
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if word == "from" and number.isdecimal():
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Refusal(400, "nextToken is not valid")
