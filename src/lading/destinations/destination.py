"""The seam between delivery and whatever receives records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold."""

    max_records: int
    #: Of the whole body, envelope included.
    max_bytes: int


@dataclass(frozen=True, slots=True)
class JobView:
    """What the destination says of one accepted request."""

    #: Its own word for the state.
    state: str
    #: Nothing more will happen to this job.
    final: bool
    #: No target took anything.
    failed: bool = False
    #: One target took the records and another did not.
    partial: bool = False
    #: Percent of the records that were processed without error, 0 to 100; None where it does not say.
    rate: float | None = None
    #: (external id, the destination's reason) of each record that it refused by name.
    refused: tuple[tuple[str, str], ...] = ()
    #: How many more it refused without naming them.
    unnamed: int = 0


class Destination(Protocol):
    """Serializes changes and sends them. Equal changes always make equal lines, on any machine."""

    @property
    def limits(self) -> Limits: ...

    def lines(self, changes: pl.DataFrame) -> pl.Series:
        """One JSON text for each change (`frames.CHANGES`), in order."""
        ...

    def send(self, lines: pl.Series) -> str:
        """Send one request and return the destination's id for the job that it started."""
        ...

    def job(self, job_id: str) -> JobView: ...
