"""Keys of the server's API."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from lading.errors import SettingsError
from lading.ledger import new_id
from lading.ledger.rows import ApiKey, Role
from lading.service.parts import Parts


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment when it can be seen."""

    key: ApiKey
    #: What is sent with every request. Nowhere kept.
    secret: str = field(repr=False)


def create(parts: Parts, role: str, name: str = "") -> NewKey:
    """A new key for role `role`: admin, read or events."""
    if role not in {str(one) for one in Role}:
        raise SettingsError(
            f"there is no role {role!r}: take admin, read or events", where="--role", code="unknown_role"
        )
    if len(name) > 128 or not name.isprintable():
        raise SettingsError(
            "a key's name has at most 128 characters that can be printed", where="--name", code="wrong_value"
        )
    key = ApiKey(id=new_id("k", parts.clock), role=Role(role), name=name, created_at=parts.clock.now())
    secret = f"lk_{secrets.token_urlsafe(32)}"
    parts.ledger.keys.add(key, secret, who=parts.doer)
    return NewKey(key, secret)


def list_keys(parts: Parts) -> tuple[ApiKey, ...]:
    """All keys, revoked ones too."""
    return parts.ledger.keys.list()


def revoke(parts: Parts, key_id: str) -> ApiKey:
    """Let a key open nothing any more, from this moment on."""
    return parts.ledger.keys.revoke(key_id, who=parts.doer)
