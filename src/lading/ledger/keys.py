"""Keys of the server's API: kept as digests, so that whoever reads the ledger can enter nowhere."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import insert, select, update

from lading.errors import SettingsError
from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.rows import ApiKey
from lading.ledger.store import Store

_K = tables.api_keys.c
_SHOWN = (_K.id, _K.role, _K.name, _K.created_at, _K.revoked_at)


class Keys:
    """The keys of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, key: ApiKey, secret: str, *, who: str) -> None:
        """Keep a new key."""
        with self._store.write("key") as connection:
            connection.execute(
                insert(tables.api_keys).values(
                    id=key.id, role=key.role, name=key.name, created_at=key.created_at, digest=_digest(secret)
                )
            )
            note(connection, key.created_at, "key created", who=who, where={"key": key.id, "role": key.role})

    def list(self) -> tuple[ApiKey, ...]:
        """All keys, the oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(select(*_SHOWN).order_by(_K.created_at, _K.id)).mappings()
            return tuple(ApiKey(**row) for row in rows)

    def of(self, secret: str) -> ApiKey | None:
        """The key that is written so, unless it was revoked."""
        wanted = select(*_SHOWN).where(_K.digest == _digest(secret), _K.revoked_at.is_(None))
        with self._store.read() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return ApiKey(**row) if row else None

    def revoke(self, key_id: str, *, who: str) -> ApiKey:
        """Let a key open nothing any more. SettingsError when there is none of that id."""
        now = self._store.clock.now()
        with self._store.write("key") as connection:
            mine = select(*_SHOWN).where(_K.id == key_id)
            row = connection.execute(mine).mappings().one_or_none()
            if row is None:
                raise SettingsError(
                    f"there is no key {key_id}. `lading keys list` shows them", code="unknown_key_id"
                )
            if row["revoked_at"] is None:
                connection.execute(update(tables.api_keys).where(_K.id == key_id).values(revoked_at=now))
                note(connection, now, "key revoked", who=who, where={"key": key_id})
            return ApiKey(**connection.execute(mine).mappings().one())


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
