"""Unsettled batches: what a run that is over left open at Amazon, for the target's next run to settle first."""

from __future__ import annotations

from sqlalchemy import delete, select

from lading.ledger import tables
from lading.ledger.claims import Claim
from lading.ledger.rows import Batch
from lading.ledger.store import Store

_U = tables.unsettled.c
_B = tables.batches.c


class UnsettledBatches:
    """Batches by target. One that reaches an end is settled by that; `settle` is for those that will never have one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, target: str) -> tuple[Batch, ...]:
        """The open batches of a target's earlier runs, oldest first."""
        wanted = (
            select(tables.batches).join(tables.unsettled).where(_U.target == target).order_by(_B.run, _B.no)
        )
        with self._store.read() as connection:
            return tuple(Batch(**row) for row in connection.execute(wanted).mappings())

    def settle(self, claim: Claim, batch: Batch) -> None:
        """Wait no longer for a batch: its people are looked at afresh by the claim's run."""
        with self._store.write("settled") as connection:
            claim.hold(connection)
            connection.execute(
                delete(tables.unsettled).where(
                    _U.target == claim.target, _U.run == batch.run, _U.batch == batch.no
                )
            )
