"""The transactions that move a whole run: a step, the plan, and the commit. Each runs inside a transaction that holds the claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from lading.errors import Bug, SettingsError
from lading.ledger import editions, tables
from lading.ledger.audit import note
from lading.ledger.claims import Claim
from lading.ledger.dataset_rows import NewEdition, NewUpload
from lading.ledger.errors import LostClaim
from lading.ledger.rows import Batch, NamedFile, NewBatch, NewGeneration, Planned, Run, Verdict
from lading.model.states import RUN_ENDS, RUN_WAYS, BatchState, RunState

_A = tables.audiences.c
_B = tables.batches.c
_R = tables.runs.c
_U = tables.unsettled.c

#: Batches of which Amazon may still say or do something after their run is over.
_OPEN_AT_AMAZON = (BatchState.SENT, BatchState.UNKNOWN, BatchState.STUCK)


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
    if to is RunState.DELIVERING:
        changes |= {"started_at": run.started_at or now, "problem_code": None, "problem_message": None}
    if to in RUN_ENDS:
        changes |= {"ended_at": now, "owner": None}
        _keep_unsettled(connection, claim)
        note(connection, now, f"run {to}", who=claim.owner, where={"run": run.id, "target": run.target})
    connection.execute(update(tables.runs).where(_R.id == run.id).values(changes))


def plan(
    connection: Connection,
    claim: Claim,
    planned: Planned,
    *,
    now: datetime,
    uploads: Sequence[NewUpload] = (),
) -> None:
    """Everything that was planned, or nothing. `uploads`: what each batch is, where the target is a dataset."""
    if _generation(connection, claim.target) != planned.base_generation:
        raise SettingsError(
            f"{claim.target} has moved on since this plan was made. Plan again: nothing was sent",
            code="stale_plan",
        )
    step(connection, claim, RunState.PLANNED, now=now)
    numbers = add_batches(connection, planned.batches, run=claim.run_id, epoch=claim.epoch)
    if uploads:
        rows = [
            {
                "run": claim.run_id,
                "batch": no,
                "strategy": one.strategy,
                "bucket": one.bucket,
                "prefix": one.prefix,
            }
            for no, one in zip(numbers, uploads, strict=True)
        ]
        connection.execute(insert(tables.uploads), rows)
    changes: dict[str, Any] = {
        "base_generation": planned.base_generation,
        "files": planned.files,
        "books": planned.books,
        "plan": planned.plan,
        "seen": planned.seen,
    }
    if planned.tripped:
        step(connection, claim, RunState.GUARDED, now=now)
        changes["tripped"] = [list(one) for one in planned.tripped]
        changes["problem_code"] = planned.tripped[0][0]
        changes["problem_message"] = "; ".join(words for _, words in planned.tripped)
    connection.execute(update(tables.runs).where(_R.id == claim.run_id).values(changes))


def commit(
    connection: Connection,
    claim: Claim,
    verdict: Verdict,
    *,
    now: datetime,
    edition: NewEdition | None = None,
) -> None:
    """The end of a run and what it leaves, a membership or an edition of a dataset, or neither."""
    run = _run(connection, claim)
    if edition:
        editions.move(connection, run.id, run.target, edition, base=run.base_generation)
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
    connection: Connection, new: Iterable[NewBatch], *, run: str, epoch: int, parent: Batch | None = None
) -> tuple[int, ...]:
    """Batches of a run in state `ready`, numbered after those it has; `parent` was split into them."""
    last = connection.execute(select(func.max(_B.no)).where(_B.run == run)).scalar_one() or 0
    rows = [
        {
            "run": run, "no": no, "group": batch.group, "first": batch.first, "last": batch.last,
            "records": batch.records, "bytes": batch.bytes, "body_sha256": batch.body_sha256, "part": batch.part,
            "state": BatchState.READY, "attempt": 0, "confirmed": 0, "refused": 0, "resends": 0, "epoch": epoch,
            "parent": parent.no if parent else None, "depth": parent.depth + 1 if parent else 0,
        }
        for no, batch in enumerate(new, start=last + 1)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(tables.batches), rows)
    return tuple(range(last + 1, last + 1 + len(rows)))


def forget_answers(connection: Connection, claim: Claim) -> None:
    """Nobody waits any more for the answer to what was being sent: Amazon may have it or not.

    That is so when a run changes hands or ends, and for what its target's earlier runs left.
    """
    left = select(_U.batch).where(_U.target == claim.target, _U.run == _B.run, _U.batch == _B.no).exists()
    orphans = update(tables.batches).where(_B.state == BatchState.SENDING, or_(_B.run == claim.run_id, left))
    connection.execute(orphans.values(state=BatchState.UNKNOWN, maybe_sent_at=_B.started_at))


def _run(connection: Connection, claim: Claim) -> Run:
    return Run(**connection.execute(select(tables.runs).where(_R.id == claim.run_id)).mappings().one())


def _check_way(run: Run, to: RunState) -> None:
    if to not in RUN_WAYS[run.state]:
        raise Bug(f"no way leads from {run.state} to {to} (run {run.id})")


def _generation(connection: Connection, target: str) -> int:
    """0 as long as the audience or the dataset is not made."""
    found = connection.execute(select(_A.generation).where(_A.target == target)).scalar_one_or_none()
    return found or editions.number(connection, target) or 0


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
        "ttl_seconds": new.ttl_seconds,
        "at": now,
    }
    connection.execute(insert(tables.generations).values(row))


def _keep_unsettled(connection: Connection, claim: Claim) -> None:
    """Name the batches that the target's next run has to settle first."""
    forget_answers(connection, claim)
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
