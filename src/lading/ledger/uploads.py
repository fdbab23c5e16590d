"""Uploads: what a batch of a dataset's run is at Amazon, and how a lost answer is settled (durability.md, `UPLOAD`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from lading.errors import Bug
from lading.ledger import editions, tables
from lading.ledger.batches import Batches, checked, put
from lading.ledger.claims import Claim
from lading.ledger.dataset_rows import NewEdition, Upload
from lading.ledger.rows import Batch, BatchOutcome, Run
from lading.ledger.store import Store
from lading.model.states import BatchState

_B = tables.batches.c
_L = tables.uploads.c
_R = tables.runs.c
_U = tables.unsettled.c


class Uploads:
    """The uploads of all runs. Every change takes the claim that allows it."""

    def __init__(self, store: Store, batches: Batches) -> None:
        self._store = store
        self._batches = batches

    def of(self, run_id: str) -> tuple[Upload, ...]:
        """The uploads of a run, by number."""
        wanted = select(tables.uploads).where(_L.run == run_id).order_by(_L.batch)
        with self._store.read() as connection:
            return tuple(Upload(**row) for row in connection.execute(wanted).mappings())

    def all(self, target: str) -> tuple[Upload, ...]:
        """Every upload of a dataset that was planned here."""
        wanted = select(tables.uploads).join(tables.runs, _R.id == _L.run).where(_R.target == target)
        with self._store.read() as connection:
            return tuple(Upload(**row) for row in connection.execute(wanted).mappings())

    def counting(self, target: str) -> tuple[Batch, ...]:
        """The confirmed uploads that any of what was last sent of a dataset came by, oldest first."""
        runs = select(tables.periods.c.run).where(tables.periods.c.target == target)
        wanted = (
            select(tables.batches)
            .where(_B.run.in_(runs), _B.state == BatchState.CONFIRMED)
            .order_by(_B.sent_at)
        )
        with self._store.read() as connection:
            return tuple(Batch(**row) for row in connection.execute(wanted).mappings())

    def get(self, batch: Batch) -> Upload:
        """What a batch is at Amazon."""
        found = next((one for one in self.of(batch.run) if one.batch == batch.no), None)
        if found is None:
            raise Bug(f"batch {batch.no} of run {batch.run} is no upload")
        return found

    def looked(self, claim: Claim, batch: Batch, *, again_at: datetime) -> None:
        """It is not in Amazon's list yet, and is looked for once more at `again_at`."""
        with self._store.write("looked") as connection:
            claim.hold(connection)
            mine = (_L.run == batch.run, _L.batch == batch.no)
            connection.execute(update(tables.uploads).where(*mine).values(looks=_L.looks + 1))
            here = update(tables.batches).where(_B.run == batch.run, _B.no == batch.no)
            connection.execute(here.values(retry_at=again_at))

    def adopt(self, claim: Claim, batch: Batch, upload_id: str, *, next_poll_at: datetime) -> Batch:
        """Amazon has it after all: its answer was lost, and nothing of it is sent again."""
        found = {
            "job_request_id": upload_id, "sent_at": self._store.clock.now(), "next_poll_at": next_poll_at,
            "retry_at": None, "maybe_sent_at": None,
        }  # fmt: skip
        return self._batches.move(claim, batch, BatchState.SENT, found, act="adopted")

    def absent(self, claim: Claim, batch: Batch) -> Batch:
        """Amazon never got it: it is sent once more."""
        with self._store.write("absent") as connection:
            claim.hold(connection)
            row = checked(connection, claim, batch, BatchState.READY)
            mine = (_L.run == batch.run, _L.batch == batch.no)
            connection.execute(update(tables.uploads).where(*mine).values(looks=0))
            return put(connection, row, BatchState.READY, {"retry_at": None, "maybe_sent_at": None})

    def let_go(self, claim: Claim, batch: Batch) -> None:
        """An earlier run left it, and Amazon never got it, or did not take it: nothing of it counts."""
        with self._store.write("let_go") as connection:
            claim.hold(connection)
            left = (_U.target == claim.target, _U.run == batch.run, _U.batch == batch.no)
            connection.execute(delete(tables.unsettled).where(*left))
            here = update(tables.batches).where(_B.run == batch.run, _B.no == batch.no)
            connection.execute(here.values(maybe_sent_at=None))

    def caught_up(
        self, claim: Claim, batch: Batch, outcome: BatchOutcome, edition: NewEdition | None = None
    ) -> None:
        """An earlier run ended before Amazon did: what came of its upload is recorded now, at once with its books.

        `edition`: what a confirmed one leaves behind.
        """
        with self._store.write("caught_up") as connection:
            claim.hold(connection)
            if batch.state is BatchState.STUCK:
                put(connection, checked(connection, claim, batch, BatchState.SENT), BatchState.SENT, {})
            row = checked(connection, claim, batch, outcome.state)
            counts = {"confirmed": outcome.confirmed, "refused": outcome.refused, "problem": outcome.problem}
            put(connection, row, outcome.state, {**counts, "next_poll_at": None})
            if edition:
                editions.move(connection, row.run, claim.target, edition)
            run = Run(**connection.execute(select(tables.runs).where(_R.id == row.run)).mappings().one())
            if run.books:
                books = replace(run.books, confirmed=outcome.confirmed, refused=outcome.refused, pending=0)
                connection.execute(update(tables.runs).where(_R.id == run.id).values(books=books))
