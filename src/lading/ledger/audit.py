"""The audit: who did what and when, without a personal detail; written in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from lading.ledger import tables
from lading.ledger.rows import AuditEntry
from lading.ledger.store import Store


def note(connection: Connection, at: datetime, what: str, *, who: str, where: Mapping[str, Any]) -> None:
    """Add an entry to the transaction that does the deed."""
    connection.execute(insert(tables.audit).values(at=at, what=what, who=who, where=dict(where)))


class Audit:
    """The entries of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, what: str, *, who: str, where: Mapping[str, Any]) -> None:
        """Write down a deed that touches nothing else in the ledger."""
        with self._store.write("audit") as connection:
            note(connection, self._store.clock.now(), what, who=who, where=where)

    def latest(self, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first."""
        wanted = select(tables.audit).order_by(tables.audit.c.id.desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(
                AuditEntry(row.at, row.what, row.who, row.where) for row in connection.execute(wanted)
            )
