"""Batches: one request's worth of a run's changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lading.ledger.rows.files import FileLike
from lading.model.states import BATCH_ENDS, BatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """One request's worth of changes: numbers `first`..`last` (both in) of the run's changes, all of one group."""

    group: int
    first: int
    last: int
    records: int
    bytes: int
    body_sha256: str
    #: The part of at most 100,000 identifiers that it belongs to, from 1; None in a plan of an older Lading.
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it stands. `maybe_sent_at`: when the last attempt began whose answer was lost."""

    run: str
    no: int
    group: int
    first: int
    last: int
    records: int
    bytes: int
    body_sha256: str
    part: int | None
    state: BatchState
    attempt: int
    depth: int
    parent: int | None
    epoch: int
    job_request_id: str | None
    started_at: datetime | None
    sent_at: datetime | None
    retry_at: datetime | None
    next_poll_at: datetime | None
    maybe_sent_at: datetime | None
    #: How often it was sent again because its job ended without taking it.
    resends: int
    confirmed: int
    refused: int
    outcome_file: str | None
    outcome_sha256: str | None
    problem: str | None

    @property
    def maybe_sent(self) -> bool:
        """An attempt's answer was lost: Amazon may act on it yet."""
        return self.maybe_sent_at is not None

    @property
    def final(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in BATCH_ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What became of a batch, with the file that says it of each record."""

    state: BatchState
    confirmed: int
    refused: int
    file: FileLike | None
    problem: str | None = None
