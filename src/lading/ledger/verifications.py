"""Verifications: what Amazon said of each audience, and of each dataset, one row a day."""

from __future__ import annotations

from dataclasses import asdict
from typing import Generic, TypeVar

from sqlalchemy import Table, delete, insert, select

from lading.ledger.rows import DatasetVerification, Verification
from lading.ledger.store import Store
from lading.model.agreement import INCONCLUSIVE

Day = TypeVar("Day", Verification, DatasetVerification)


class Verifications(Generic[Day]):
    """The days of a ledger's audiences, or of its datasets."""

    def __init__(self, store: Store, table: Table, kind: type[Day]) -> None:
        self._store, self._table = store, table
        self._kind: type[Day] = kind

    def keep(self, row: Day) -> None:
        """The day's row: the last one counts, but one that could not compare does not replace one that could."""
        days = self._table.c
        mine = (days.target == row.target, days.day == row.day)
        with self._store.write("verified") as connection:
            self._store.alone(connection, f"verifications of {row.target}")
            known = connection.execute(select(days.agreement).where(*mine)).scalar_one_or_none()
            if row.agreement in INCONCLUSIVE and known is not None and known not in INCONCLUSIVE:
                return
            connection.execute(delete(self._table).where(*mine))
            connection.execute(insert(self._table).values(asdict(row)))

    def of(self, target: str, limit: int) -> tuple[Day, ...]:
        """The last days, the newest first."""
        days = self._table.c
        wanted = select(self._table).where(days.target == target).order_by(days.day.desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(self._kind(**row) for row in connection.execute(wanted).mappings())
