"""Secrets, such as refresh tokens: in the ledger as ciphertext only."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from lading.errors import Bug
from lading.ledger import tables
from lading.ledger.cipher import Cipher
from lading.ledger.store import Store

_S = tables.secrets.c


class Secrets:
    """Secrets by name."""

    def __init__(self, store: Store, cipher: Cipher | None) -> None:
        self._store = store
        self._made_with = cipher

    def put(self, name: str, clear: bytes) -> None:
        """Keep a secret in place of any older one of that name."""
        ciphertext = self._cipher.encrypt(clear)
        with self._store.write("secret") as connection:
            self._store.alone(connection, "secrets")
            connection.execute(delete(tables.secrets).where(_S.name == name))
            connection.execute(insert(tables.secrets).values(name=name, ciphertext=ciphertext))

    def get(self, name: str) -> bytes | None:
        """The secret, or None when there is none of that name."""
        with self._store.read() as connection:
            found = connection.execute(select(_S.ciphertext).where(_S.name == name)).scalar_one_or_none()
        return None if found is None else self._cipher.decrypt(found, name=name)

    def drop(self, name: str) -> None:
        """Forget a secret."""
        with self._store.write("secret") as connection:
            connection.execute(delete(tables.secrets).where(_S.name == name))

    def names(self) -> tuple[str, ...]:
        """What is kept."""
        with self._store.read() as connection:
            return tuple(connection.execute(select(_S.name).order_by(_S.name)).scalars())

    @property
    def _cipher(self) -> Cipher:
        if self._made_with is None:
            raise Bug("this ledger was opened without a cipher and keeps no secrets")
        return self._made_with
