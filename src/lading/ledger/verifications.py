"""Verifications: what Amazon counted of each audience, one row a day."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from lading.ledger import tables
from lading.ledger.rows import Verification
from lading.ledger.store import Store
from lading.model.agreement import INCONCLUSIVE

_V = tables.verifications.c


class Verifications:
    """The days of a ledger's audiences."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, row: Verification) -> None:
        """The day's row: the last one counts, but one that could not compare does not replace one that could."""
        mine = (_V.target == row.target, _V.day == row.day)
        with self._store.write("verified") as connection:
            self._store.alone(connection, f"verifications of {row.target}")
            known = connection.execute(select(_V.agreement).where(*mine)).scalar_one_or_none()
            if row.agreement in INCONCLUSIVE and known is not None and known not in INCONCLUSIVE:
                return
            connection.execute(delete(tables.verifications).where(*mine))
            values = {name: getattr(row, name) for name in Verification.__slots__}
            connection.execute(insert(tables.verifications).values(values))

    def of(self, target: str, limit: int) -> tuple[Verification, ...]:
        """The last days, the newest first."""
        wanted = select(tables.verifications).where(_V.target == target).order_by(_V.day.desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(Verification(**row) for row in connection.execute(wanted).mappings())
