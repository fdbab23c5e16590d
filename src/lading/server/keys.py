"""Who asks: the key of a request, and what its role may do."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from starlette.datastructures import Headers

from lading.ledger.rows import Role

#: What is open without a key.
OPEN: Final = frozenset({"/healthz", "/readyz"})

#: Where events come in.
EVENTS: Final = "/v1/segment/"


def secret_of(headers: Headers) -> str | None:
    """The key that a request carries: as Bearer, or as the user name of Basic, as Segment sends it."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    match kind.lower():
        case "bearer":
            return value.strip() or None
        case "basic":
            return _user(value.strip())
    return None


def may(role: Role, method: str, path: str) -> bool:
    """Whether a role may do this."""
    match role:
        case Role.ADMIN:
            return True
        case Role.READ:
            return method in {"GET", "HEAD"}
    return path.startswith(EVENTS) and method == "POST"


def _user(encoded: str) -> str | None:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
