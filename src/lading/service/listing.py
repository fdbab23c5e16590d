"""Looking at runs: which there were, and one with its batches and its log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from lading.ledger import Owner
from lading.ledger.rows import Batch, Run
from lading.model.states import BatchState
from lading.report.parts import Part
from lading.report.parts import parts as parts_of
from lading.service.parts import Parts
from lading.service.work import target_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run in a list."""

    id: str
    sync: str
    target: str
    mode: str
    state: str
    created_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    problem: str | None

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One batch of a run."""

    no: int
    part: int | None
    group: int
    records: int
    state: str
    attempts: int
    job: str | None
    confirmed: int
    refused: int
    #: When it is sent or asked about again.
    next_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One moment of a run."""

    at: datetime
    what: str
    #: Process and host; empty for a batch's step, which its run's holder did.
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run with its batches and, if asked for, its log."""

    run: RunLine
    batches: tuple[BatchLine, ...]
    #: What the batches are cut out of.
    parts: tuple[Part, ...] = ()
    log: tuple[LogLine, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def list_runs(parts: Parts, limit: int = 20) -> tuple[RunLine, ...]:
    """The latest runs, newest first."""
    return tuple(_line(run) for run in parts.ledger.runs.list(limit))


def list_of(parts: Parts, name: str, limit: int = 20) -> tuple[RunLine, ...]:
    """The latest runs of all targets of sync `name`, newest first."""
    found = [
        run
        for one in parts.carried(name)
        for run in parts.ledger.runs.list(limit, target=target_of(one, parts.sync(one)))
    ]
    newest = sorted(found, key=lambda run: run.no, reverse=True)
    return tuple(_line(run) for run in newest[:limit])


def show(parts: Parts, run_id: str, *, log: bool = False) -> RunView:
    """One run as it stands."""
    run = parts.ledger.runs.get(run_id)
    known = parts.ledger.batches.of(run_id)
    pieces = parts_of(batch for batch in known if batch.state is not BatchState.SPLIT)
    batches = tuple(_batch(batch) for batch in known)
    return RunView(run=_line(run), batches=batches, parts=pieces, log=_log(parts, run_id) if log else ())


def _line(run: Run) -> RunLine:
    return RunLine(
        id=run.id, sync=run.sync, target=run.target, mode=run.manner, state=str(run.state),
        created_at=run.created_at, ended_at=run.ended_at, exit_code=run.exit_code, problem=run.problem_message,
    )  # fmt: skip


def _batch(batch: Batch) -> BatchLine:
    return BatchLine(
        no=batch.no, part=batch.part, group=batch.group, records=batch.records, state=str(batch.state), attempts=batch.attempt,
        job=batch.job_request_id, confirmed=batch.confirmed, refused=batch.refused,
        next_at=batch.retry_at or batch.next_poll_at, problem=batch.problem,
    )  # fmt: skip


def _log(parts: Parts, run_id: str) -> tuple[LogLine, ...]:
    """What is known of a run with its moment: the deeds of the audit, and where each batch stood, oldest first."""
    deeds = [
        LogLine(at=entry.at, what=entry.what, who=_named(entry.who))
        for entry in reversed(parts.ledger.audit.latest(10_000))
        if entry.where.get("run") == run_id
    ]
    steps = [line for batch in parts.ledger.batches.of(run_id) for line in _steps(batch)]
    return tuple(sorted([*deeds, *steps], key=lambda line: line.at))


def _named(owner: str) -> str:
    """A process as people call it; a key of the server, and the like, as it is."""
    if owner.count("/") < 2:
        return owner
    known = Owner.parse(owner)
    return f"process {known.pid} on {known.hostname}"


def _steps(batch: Batch) -> Iterator[LogLine]:
    """The moments of a batch's last attempt."""
    if batch.started_at:
        yield LogLine(at=batch.started_at, what=f"batch {batch.no}: attempt {batch.attempt} begun")
    if batch.sent_at:
        yield LogLine(at=batch.sent_at, what=f"batch {batch.no}: accepted as job {batch.job_request_id}")
    if batch.maybe_sent_at:
        yield LogLine(at=batch.maybe_sent_at, what=f"batch {batch.no}: an answer to this attempt was lost")
