"""Datasets: asked for once, and what Amazon confirmed of their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lading.errors import Bug
from lading.ledger import editions, tables
from lading.ledger.audit import note
from lading.ledger.claims import Claim
from lading.ledger.dataset_rows import Dataset, DatasetState, NewDataset, Period
from lading.ledger.store import Store

_D = tables.datasets.c


class Datasets:
    """The datasets of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, target: str) -> Dataset | None:
        """The dataset of a target, if it was ever asked for."""
        with self._store.read() as connection:
            return _find(connection, target)

    def list(self) -> tuple[Dataset, ...]:
        """All of them, by target."""
        with self._store.read() as connection:
            rows = connection.execute(select(tables.datasets).order_by(_D.target)).mappings()
            return tuple(Dataset(**row) for row in rows)

    def periods(self, target: str) -> dict[str, Period]:
        """What was last sent of a dataset, by the start of its period; "" for one without events."""
        with self._store.read() as connection:
            return editions.periods(connection, target)

    def creating(self, claim: Claim, new: NewDataset) -> Dataset:
        """Write down, before Amazon is asked, that a dataset is being made; the same again after a restart."""
        return self._put(claim, new, DatasetState.CREATING, "")

    def ready(self, claim: Claim, new: NewDataset, *, made: bool) -> Dataset:
        """It is there: it was `made` by the claim's run, or had been before."""
        return self._put(claim, new, DatasetState.READY, "dataset created" if made else "dataset found")

    def emptied(self, target: str, *, who: str, planned: bool = False) -> None:
        """The dataset is gone at Amazon with all of its rows: nothing of it was sent.

        Plans that were made before are stale, unless one is being carried out: `planned`.
        """
        with self._store.write("dataset_emptied") as connection:
            known = _find(connection, target)
            if known is None:
                return
            gone: dict[str, Any] = {"watermark": None, "keys": {}}
            if not planned:
                gone["edition"] = known.edition + 1
            connection.execute(update(tables.datasets).where(_D.target == target).values(gone))
            connection.execute(delete(tables.periods).where(tables.periods.c.target == target))
            where = {"target": target, "dataset": known.dataset_id}
            note(connection, self._store.clock.now(), "dataset gone", who=who, where=where)

    def _put(self, claim: Claim, new: NewDataset, state: DatasetState, deed: str) -> Dataset:
        with self._store.write(f"dataset_{state}") as connection:
            claim.hold(connection)
            if new.target != claim.target:
                raise Bug(f"run {claim.run_id} is for {claim.target} and makes no dataset for {new.target}")
            wish: dict[str, Any] = {"sync": new.sync, "connection": new.connection, "state": state}
            if _find(connection, new.target) is None:
                fresh = {"edition": 0, "keys": {}, "created_at": self._store.clock.now()}
                row = {"target": new.target, "dataset_id": new.dataset_id, **wish, **fresh}
                connection.execute(insert(tables.datasets).values(row))
            else:
                connection.execute(update(tables.datasets).where(_D.target == new.target).values(wish))
            if deed:
                where = {"run": claim.run_id, "target": new.target, "dataset": new.dataset_id}
                note(connection, self._store.clock.now(), deed, who=claim.owner, where=where)
            found = _find(connection, new.target)
            if found is None:
                raise Bug(f"the dataset of {new.target} was not kept")
            return found


def _find(connection: Connection, target: str) -> Dataset | None:
    row = connection.execute(select(tables.datasets).where(_D.target == target)).mappings().one_or_none()
    return Dataset(**row) if row else None
