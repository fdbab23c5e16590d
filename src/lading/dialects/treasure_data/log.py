"""The end of a job as Treasure Data's log tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """What is told of a job."""

    #: A word for it: its run's id.
    job: str
    #: Rows of the query's answer.
    records: int
    #: Rows that were not sent; each has its reason in the run's report.
    skipped: int
    batches: int
    completed: int
    #: Records that Amazon refused.
    invalid: int
    audience_id: str | None
    #: The job did not add everything once more, but went on from its last end.
    incremental: bool


def lines(end: JobEnd, at: datetime) -> Iterator[str]:
    """The log, line by line."""
    task, transaction = "0035:task-0000", "0001:transaction"
    for text in (
        "************* REPORT *************",
        f"Total records: {end.records}",
        f"Total batches: {end.batches}",
        f"Total skipped records: {end.skipped}",
        "************* UPLOAD STATUS *************",
        f"Total completed batches: {end.completed}/{end.batches}",
        f"Total uploaded records but invalid: {end.invalid}",
        "************* AUDIENCE INFO *************",
        f"Audience ID: {end.audience_id or '-'}",
    ):
        yield line(text, at, thread=task)
    running = end.batches - end.completed
    yield line(f"{{done:  {end.completed} / {end.batches}, running: {running}}}", at, thread=transaction)
    if end.incremental:
        yield line(f"Incremental job, setting last_path to [job_{end.job}_result]", at, thread=transaction)
    for text in ("Saving all buffers", "Closing buffers"):
        yield line(text, at, thread="pool-10-thread-1")
    yield line("Stopped sending metrics", at, thread="main")


def line(text: str, at: datetime, *, thread: str, level: str = "INFO") -> str:
    """`2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): text`."""
    moment = at.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03} +0000 [{level}] ({thread}): {text}"
