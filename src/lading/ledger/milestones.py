"""The transactions that move a whole run: a step, the plan, and the commit. Each runs inside a transaction that holds the claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from lading.errors import Bug
from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.claims import Claim
from lading.ledger.errors import LostClaim
from lading.ledger.rows import NamedFile, NewBatch, NewGeneration, Planned, Run, Verdict
from lading.model.states import RUN_ENDS, RUN_WAYS, BatchState, RunState

_A = tables.audiences.c
_B = tables.batches.c
_R = tables.runs.c

#: Batches of which Amazon may still say or do something after their run is over.
_OPEN_AT_AMAZON = (BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN, BatchState.STUCK)


def step(
    connection: Connection,
    claim: Claim,
    to: RunState,
    *,
    now: datetime,
    accepted_guards: tuple[str, ...] = (),
) -> None:
    """Lead the run into state `to`, if a way leads there."""
    run = _run(connection, claim)
    _check_way(run, to)
    changes: dict[str, Any] = {"state": to}
    if accepted_guards:
        changes["accepted_guards"] = tuple(dict.fromkeys((*run.accepted_guards, *accepted_guards)))
    if to is RunState.DELIVERING and run.started_at is None:
        changes["started_at"] = now
    if to in RUN_ENDS:
        changes |= {"ended_at": now, "owner": None}
        _keep_unsettled(connection, claim)
        note(connection, now, f"run {to}", who=claim.owner, where={"run": run.id, "target": run.target})
    connection.execute(update(tables.runs).where(_R.id == run.id).values(changes))


def plan(connection: Connection, claim: Claim, planned: Planned, *, now: datetime) -> None:
    """Everything that was planned, or nothing."""
    if _generation(connection, claim.target) != planned.base_generation:
        raise LostClaim(
            f"the membership of {claim.target} has moved on since this plan was made. Plan again: nothing was sent",
            code="stale_plan",
        )
    step(connection, claim, RunState.PLANNED, now=now)
    add_batches(connection, claim, planned.batches, first_no=1)
    changes: dict[str, Any] = {
        "base_generation": planned.base_generation,
        "files": planned.files,
        "books": planned.books,
        "plan": planned.plan,
    }
    if planned.guard:
        step(connection, claim, RunState.GUARDED, now=now)
        changes["problem_code"], changes["problem_message"] = planned.guard
    connection.execute(update(tables.runs).where(_R.id == claim.run_id).values(changes))


def commit(connection: Connection, claim: Claim, verdict: Verdict, *, now: datetime) -> None:
    """The end of a run and the membership that it leaves, or neither."""
    run = _run(connection, claim)
    if verdict.generation:
        _add_generation(connection, run, verdict.generation, now)
    code, message = verdict.problem or (None, None)
    changes = {
        "files": {**run.files, **verdict.files},
        "exit_code": verdict.exit_code,
        "problem_code": code,
        "problem_message": message,
        "books": verdict.books or run.books,
    }
    connection.execute(update(tables.runs).where(_R.id == run.id).values(changes))
    step(connection, claim, verdict.state, now=now)


def add_batches(
    connection: Connection,
    claim: Claim,
    new: Iterable[NewBatch],
    *,
    first_no: int,
    parent: tuple[int, int] | None = None,
) -> None:
    """Batches in state `ready`; `parent` is the number and depth of the batch that was split into them."""
    number, depth = parent or (None, -1)
    rows = [
        {
            "run": claim.run_id, "no": no, "group": batch.group, "first": batch.first, "last": batch.last,
            "records": batch.records, "bytes": batch.bytes, "body_sha256": batch.body_sha256,
            "state": BatchState.READY, "attempt": 0, "depth": depth + 1, "parent": number, "epoch": claim.epoch,
            "confirmed": 0, "refused": 0,
        }
        for no, batch in enumerate(new, start=first_no)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(tables.batches), rows)


def _run(connection: Connection, claim: Claim) -> Run:
    return Run(**connection.execute(select(tables.runs).where(_R.id == claim.run_id)).mappings().one())


def _check_way(run: Run, to: RunState) -> None:
    if to not in RUN_WAYS[run.state]:
        raise Bug(f"no way leads from {run.state} to {to} (run {run.id})")


def _generation(connection: Connection, target: str) -> int:
    """0 as long as the audience is not made."""
    found = connection.execute(select(_A.generation).where(_A.target == target)).scalar_one_or_none()
    return found or 0


def _add_generation(connection: Connection, run: Run, new: NewGeneration, now: datetime) -> None:
    if run.base_generation is None:
        raise Bug(f"run {run.id} was never planned and cannot commit a membership")
    number = run.base_generation + 1
    moved = update(tables.audiences).where(_A.target == run.target, _A.generation == run.base_generation)
    if connection.execute(moved.values(generation=number)).rowcount != 1:
        raise LostClaim(
            f"the membership of {run.target} was committed by another run in the meantime; this one committed nothing",
            code="lost_generation",
        )
    row = {
        "target": run.target,
        "number": number,
        "run": run.id,
        "index": NamedFile.like(new.index).as_dict(),
        "segments": [NamedFile.like(segment).as_dict() for segment in new.segments],
        "members": new.members,
        "at": now,
    }
    connection.execute(insert(tables.generations).values(row))


def _keep_unsettled(connection: Connection, claim: Claim) -> None:
    """Name the batches that the target's next run has to settle first."""
    open_ones = select(_B.run, _B.no).where(
        _B.run == claim.run_id,
        or_(
            _B.state.in_(_OPEN_AT_AMAZON),
            _B.maybe_sent_at.is_not(None) & _B.state.in_((BatchState.READY, BatchState.HELD)),
        ),
    )
    rows = [{"target": claim.target, "run": run, "batch": no} for run, no in connection.execute(open_ones)]
    if rows:
        connection.execute(insert(tables.unsettled), rows)
