"""A request of Segment's webhook: its signature, and the events in its body."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json

#: Events in one request. Source: the largest batch of Segment's destination.
MAX_EVENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Webhook:
    """What a request brings. In clear, so its repr shows no event."""

    events: list[Any] = field(repr=False)
    #: Whether it is one event alone, and not a list of them.
    single: bool


def read(body: bytes) -> Webhook:
    """The events of a body: an event, a list of them, or `{"batch": [...]}`. ValueError where it is no JSON."""
    given = from_json(body, allow_inf_nan=False)
    if isinstance(given, list):
        return Webhook(given, single=False)
    if isinstance(given, dict) and isinstance(given.get("batch"), list):
        return Webhook(given["batch"], single=False)
    return Webhook([given], single=True)


def is_signed(body: bytes, secret: str, signature: str | None) -> bool:
    """Whether the signature is that of this body: HMAC-SHA1 with the shared secret, in hex, as Segment's webhooks have it."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return hmac.compare_digest(wanted.encode(), (signature or "").lower().encode())
