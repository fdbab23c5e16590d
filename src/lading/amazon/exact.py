"""JSON whose integers stay exact: Amazon's ids exceed 2^53, and are bare numbers on the wire.

Parsers that read numbers as doubles corrupt `413642381039213536`, and Amazon refuses it in quotes. So an id is text
everywhere in Python, and a number nowhere but in the JSON that travels.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

_ID: Final = re.compile(r"[1-9][0-9]{0,39}", re.ASCII)


def bare(identifier: str, what: str = "id") -> int:
    """The id as an exact integer, to stand bare in JSON.

    Raises:
        ValueError: it is no text, or holds anything but digits. Amazon's message would be harder to read.

    """
    if not isinstance(identifier, str):
        raise ValueError(f"{what} is text, in quotes; as a number its digits are not safe")  # noqa: TRY004  (a value that came from settings)
    if not _ID.fullmatch(identifier):
        raise ValueError(
            f"{what} consists of digits alone and does not begin with 0; {identifier[:40]!r} does not"
        )
    return int(identifier)


def written(value: object) -> bytes:
    """The value as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def parsed(body: bytes) -> Any:
    """The value of a JSON body, its integers exact.

    Raises:
        ValueError: it is no JSON. The message quotes nothing of the body.

    """
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
