"""Deletions: the requests by which an erasure has people's rows deleted from datasets, written down before they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from lading.ledger import tables
from lading.ledger.dataset_rows import Deletion
from lading.ledger.store import Store
from lading.model.states import DeletionState

_X = tables.deletions.c


class Deletions:
    """The requests of all erasures. An erasure holds the home's lock, which is its claim."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, forget_id: str) -> tuple[Deletion, ...]:
        """The requests of an erasure, by connection and number."""
        wanted = select(tables.deletions).where(_X.forget == forget_id).order_by(_X.connection, _X.no)
        with self._store.read() as connection:
            return tuple(Deletion(**row) for row in connection.execute(wanted).mappings())

    def plan(self, new: Sequence[Deletion]) -> None:
        """Write down what has to be asked for."""
        rows = [{name: getattr(one, name) for name in Deletion.__slots__} for one in new]
        with self._store.write("deletion_planned") as connection:
            connection.execute(insert(tables.deletions), rows)

    def sending(self, one: Deletion) -> None:
        """It is about to leave. Whoever finds it so sends it again: the same rows are deleted once only."""
        self._move(one, DeletionState.SENDING, {"asked_at": self._store.clock.now()})

    def sent(self, one: Deletion, request_id: str, *, next_poll_at: datetime) -> None:
        """Amazon took it and named it."""
        self._move(one, DeletionState.SENT, {"request_id": request_id, "next_poll_at": next_poll_at})

    def polled(self, one: Deletion, *, next_poll_at: datetime) -> None:
        """Amazon has not finished."""
        self._move(one, DeletionState.SENT, {"next_poll_at": next_poll_at}, act="deletion_polled")

    def done(self, one: Deletion) -> None:
        """Amazon has deleted the rows."""
        ended = {"ended_at": self._store.clock.now(), "next_poll_at": None}
        self._move(one, DeletionState.DONE, ended)

    def _move(self, one: Deletion, to: DeletionState, changes: dict[str, Any], act: str = "") -> None:
        mine = (_X.forget == one.forget, _X.connection == one.connection, _X.no == one.no)
        with self._store.write(act or f"deletion_{to}") as connection:
            connection.execute(update(tables.deletions).where(*mine).values(state=to, **changes))
