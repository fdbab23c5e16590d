"""Batches: written before they are sent, and led from state to state under the claim of their run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, case, delete, func, insert, or_, select, update

from lading.errors import Bug
from lading.ledger import permits, tables
from lading.ledger.claims import Claim
from lading.ledger.milestones import add_batches
from lading.ledger.rows import Batch, BatchOutcome, NewBatch, Pace
from lading.ledger.store import Store
from lading.model.states import BATCH_ENDS, BATCH_WAYS, BatchState

#: How long a job may still act whose answer was lost: nothing of the opposite action is sent before (durability.md).
LOST_JOB_WAIT: Final = timedelta(hours=2)

#: How often a batch may be halved in search of the record that Amazon refuses.
MAX_DEPTH: Final = 14

_OPEN: Final = tuple(state for state in BatchState if state not in BATCH_ENDS)

_B = tables.batches.c
_R = tables.runs.c
_U = tables.unsettled.c


class Batches:
    """The batches of all runs. Every change takes the claim that allows it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, run_id: str, no: int) -> Batch:
        """One batch as it stands."""
        with self._store.read() as connection:
            return _batch(connection, run_id, no)

    def of(self, run_id: str) -> tuple[Batch, ...]:
        """All batches of a run, by number."""
        return self._rows(select(tables.batches).where(_B.run == run_id).order_by(_B.no))

    def to_send(self, run_id: str, now: datetime, limit: int = 1) -> tuple[Batch, ...]:
        """What may be sent now, in the order of sending: group 1 first, then by the first change."""
        rested = or_(_B.retry_at.is_(None), _B.retry_at <= now)
        wanted = select(tables.batches).where(_B.run == run_id, tables.SENDABLE, rested)
        return self._rows(wanted.order_by(_B.group, _B.first).limit(limit))

    def to_poll(self, run_id: str, now: datetime, limit: int = 100) -> tuple[Batch, ...]:
        """Jobs that it is time to ask about, the longest waiting first."""
        wanted = select(tables.batches).where(_B.run == run_id, tables.POLLABLE, _B.next_poll_at <= now)
        return self._rows(wanted.order_by(_B.next_poll_at).limit(limit))

    def unknown(self, run_id: str) -> tuple[Batch, ...]:
        """Those whose answer was lost and about which nothing has been decided."""
        return self._rows(
            select(tables.batches).where(_B.run == run_id, _B.state == BatchState.UNKNOWN).order_by(_B.no)
        )

    def due(self, run_id: str, now: datetime, limit: int = 100) -> tuple[Batch, ...]:
        """Everything that waits for a hand: unknown ones, then jobs to ask about, then batches to send."""
        return (*self.unknown(run_id), *self.to_poll(run_id, now, limit), *self.to_send(run_id, now, limit))[
            :limit
        ]

    def next_moment(self, run_id: str) -> datetime | None:
        """When the next held batch or job is due; None when nothing of the run waits for a time."""
        waits = select(func.min(_B.retry_at)).where(_B.run == run_id, tables.SENDABLE)
        polls = select(func.min(_B.next_poll_at)).where(_B.run == run_id, tables.POLLABLE)
        with self._store.read() as connection:
            moments = [connection.execute(wanted).scalar_one() for wanted in (waits, polls)]
        return min((moment for moment in moments if moment), default=None)

    def counts(self, run_id: str) -> dict[tuple[int, BatchState], int]:
        """How many batches stand where, by group and state."""
        wanted = select(_B.group, _B.state, func.count()).where(_B.run == run_id).group_by(_B.group, _B.state)
        with self._store.read() as connection:
            return {(group, state): count for group, state, count in connection.execute(wanted)}

    def open_counts(self) -> dict[BatchState, int]:
        """How many batches of unfinished runs are in each state."""
        open_runs = select(tables.runs.c.id).where(tables.UNFINISHED)
        wanted = select(_B.state, func.count()).where(_B.run.in_(open_runs)).group_by(_B.state)
        with self._store.read() as connection:
            return {BatchState(state): count for state, count in connection.execute(wanted)}

    def parts(self, run_id: str) -> tuple[int, int]:
        """The first part that is not final, else the last, and how many there are; 0 of 0 where none is numbered."""
        last = select(func.max(_B.part)).where(_B.run == run_id)
        first = select(func.min(_B.part)).where(_B.run == run_id, _B.state.in_(_OPEN))
        with self._store.read() as connection:
            total = connection.execute(last).scalar_one() or 0
            return connection.execute(first).scalar_one() or total, total

    def mark_sending(self, claim: Claim, batch: Batch, pace: Pace) -> datetime | None:
        """Commit the next attempt, before its first byte leaves, together with its permit.

        None: send now. Else nothing was written, and this is the moment at which to ask again: no permit is free, the
        batch rests, or a job whose answer was lost may still act, of the opposite action or of an earlier run.
        """
        now = self._store.clock.now()
        with self._store.write("sending") as connection:
            claim.hold(connection)
            row = checked(connection, claim, batch, BatchState.SENDING)
            _check_order(connection, row)
            rest = max(row.retry_at or now, _lost_over(connection, claim.target, row) or now)
            wait = rest if rest > now else permits.take(self._store, connection, pace, now, row.records)
            if wait is None:
                attempt = {"attempt": row.attempt + 1, "epoch": claim.epoch, "started_at": now}
                put(
                    connection, row, BatchState.SENDING, {**attempt, "retry_at": None, "job_request_id": None}
                )
        return wait

    def mark_sent(self, claim: Claim, batch: Batch, job_request_id: str, *, next_poll_at: datetime) -> Batch:
        """Amazon took it and named the job."""
        sent = {
            "job_request_id": job_request_id,
            "sent_at": self._store.clock.now(),
            "next_poll_at": next_poll_at,
        }
        return self.move(claim, batch, BatchState.SENT, sent)

    def polled(self, claim: Claim, batch: Batch, *, next_poll_at: datetime) -> Batch:
        """The job is not final yet."""
        with self._store.write("polled") as connection:
            claim.hold(connection)
            row = _batch(connection, batch.run, batch.no)
            if row.state is not BatchState.SENT:
                raise Bug(f"batch {row.no} of run {row.run} is {row.state} and has no job to ask about")
            return put(connection, row, BatchState.SENT, {"next_poll_at": next_poll_at})

    def mark_unknown(self, claim: Claim, batch: Batch, *, problem: str) -> Batch:
        """No answer came: Amazon may have the batch or not."""
        return self.move(
            claim, batch, BatchState.UNKNOWN, {"maybe_sent_at": _B.started_at, "problem": problem}
        )

    def make_ready(self, claim: Claim, batch: Batch) -> Batch:
        """Send it once more: after a lost answer, a wait, or a job that asks for it. It keeps `maybe_sent`."""
        # The job of a stuck one was lost from sight, but may act yet.
        lost = case((_B.state == BatchState.STUCK, _B.started_at), else_=_B.maybe_sent_at)
        changes = {"retry_at": None, "next_poll_at": None, "maybe_sent_at": lost}
        return self.move(claim, batch, BatchState.READY, changes)

    def resend(self, claim: Claim, batch: Batch, *, problem: str) -> Batch:
        """Send it once more, since its job ended without taking it."""
        again = {"resends": _B.resends + 1, "next_poll_at": None, "problem": problem}
        return self.move(claim, batch, BatchState.READY, again)

    def hold(self, claim: Claim, batch: Batch, *, retry_at: datetime, problem: str) -> Batch:
        """Let it rest until `retry_at`."""
        return self.move(
            claim, batch, BatchState.HELD, {"retry_at": retry_at, "next_poll_at": None, "problem": problem}
        )

    def mark_stuck(self, claim: Claim, batch: Batch, *, problem: str) -> Batch:
        """Its job is lost from sight or does not end: it counts as pending."""
        return self.move(claim, batch, BatchState.STUCK, {"next_poll_at": None, "problem": problem})

    def finish(self, claim: Claim, batch: Batch, outcome: BatchOutcome) -> Batch:
        """Its end, with the counts and the file that already lies on disk."""
        if outcome.state not in BATCH_ENDS - {BatchState.SPLIT}:
            raise Bug(f"{outcome.state} is not an end of a batch with an outcome")
        file = outcome.file
        changes = {
            "confirmed": outcome.confirmed,
            "refused": outcome.refused,
            "problem": outcome.problem,
            "next_poll_at": None,
            "outcome_file": file.name if file else None,
            "outcome_sha256": file.sha256 if file else None,
        }
        return self.move(claim, batch, outcome.state, changes)

    def split(self, claim: Claim, batch: Batch, parts: Sequence[NewBatch]) -> tuple[Batch, ...]:
        """End it and put its parts, which cover exactly its changes, in its place."""
        _check_parts(batch, parts)
        with self._store.write("split") as connection:
            claim.hold(connection)
            row = checked(connection, claim, batch, BatchState.SPLIT)
            numbers = add_batches(connection, parts, run=row.run, epoch=claim.epoch, parent=row)
            if row.run != claim.run_id:
                heirs = [{"target": claim.target, "run": row.run, "batch": no} for no in numbers]
                connection.execute(insert(tables.unsettled), heirs)
            put(connection, row, BatchState.SPLIT, {"next_poll_at": None})
            return tuple(_batch(connection, row.run, no) for no in numbers)

    def move(
        self, claim: Claim, batch: Batch, to: BatchState, changes: dict[str, Any], *, act: str = ""
    ) -> Batch:
        """Lead a batch into state `to`, if a way leads there; `act` names the commit where it is not the state that does."""
        with self._store.write(act or str(to)) as connection:
            claim.hold(connection)
            row = checked(connection, claim, batch, to)
            return put(connection, row, to, changes)

    def _rows(self, wanted: Select[Any]) -> tuple[Batch, ...]:
        with self._store.read() as connection:
            return tuple(Batch(**row) for row in connection.execute(wanted).mappings())


def _batch(connection: Connection, run_id: str, no: int) -> Batch:
    wanted = select(tables.batches).where(_B.run == run_id, _B.no == no)
    return Batch(**connection.execute(wanted).mappings().one())


def put(connection: Connection, batch: Batch, to: BatchState, changes: dict[str, Any]) -> Batch:
    """Within a transaction: the batch in its new state."""
    here = update(tables.batches).where(_B.run == batch.run, _B.no == batch.no)
    connection.execute(here.values(state=to, **changes))
    if to in BATCH_ENDS:
        connection.execute(delete(tables.unsettled).where(_U.run == batch.run, _U.batch == batch.no))
    return _batch(connection, batch.run, batch.no)


def checked(connection: Connection, claim: Claim, batch: Batch, to: BatchState) -> Batch:
    """The batch as it stands in this transaction, if the claim covers it and a way leads from there."""
    row = _batch(connection, batch.run, batch.no)
    if row.run != claim.run_id:
        _check_unsettled(connection, claim, row)
    if to not in BATCH_WAYS[row.state]:
        raise Bug(f"no way leads from {row.state} to {to} (batch {row.no} of run {row.run})")
    return row


def _check_unsettled(connection: Connection, claim: Claim, batch: Batch) -> None:
    """A run may settle what an earlier one of its target left, and nothing else."""
    left = select(_U.run).where(_U.target == claim.target, _U.run == batch.run, _U.batch == batch.no)
    if connection.execute(left).first() is None:
        raise Bug(f"batch {batch.no} of run {batch.run} is not for run {claim.run_id} to change")


def _check_order(connection: Connection, batch: Batch) -> None:
    """No addition leaves before every removal of the run is final: nothing promises the order of jobs."""
    open_removals = select(_B.no).where(_B.run == batch.run, _B.group < batch.group, _B.state.in_(_OPEN))
    if connection.execute(open_removals.limit(1)).first():
        raise Bug(
            f"batch {batch.no} of run {batch.run} may not be sent before group {batch.group - 1} is final"
        )


def _lost_over(connection: Connection, target: str, batch: Batch) -> datetime | None:
    """When the last lost job can no longer act that this batch must not overtake; None if there is none.

    In its own run those are the jobs of the other group. Of earlier runs all are: where Amazon replaces what it knows of a
    member, an older addition would undo a newer one.
    """
    lost = select(func.max(_B.maybe_sent_at)).select_from(tables.batches.join(tables.runs)).where(
        _R.target == target, or_(_B.group != batch.group, _B.run != batch.run), _B.maybe_sent_at.is_not(None)
    )  # fmt: skip
    last = connection.execute(lost).scalar_one()
    return None if last is None else last + LOST_JOB_WAIT


def _check_parts(batch: Batch, parts: Sequence[NewBatch]) -> None:
    if batch.depth >= MAX_DEPTH:
        raise Bug(f"batch {batch.no} of run {batch.run} has been split {MAX_DEPTH} times already")
    ends = [batch.first - 1, *(part.last for part in parts)]
    gapless = all(
        part.first == end + 1 and part.last >= part.first for part, end in zip(parts, ends, strict=False)
    )
    if not gapless or ends[-1] != batch.last or {part.group for part in parts} != {batch.group}:
        raise Bug(
            f"the parts of batch {batch.no} of run {batch.run} are not its changes {batch.first}..{batch.last}"
        )
