"""What a report tells of a dataset beside the books of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that were not sent, and why."""

    code: str
    count: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFacts:
    """One upload at Amazon."""

    upload_id: str | None
    state: str
    rows: int
    #: Where its files were put.
    address: str
    #: They are gone from there.
    cleaned: bool
    #: What Amazon said where not all went well.
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """The dataset that a run filled."""

    dataset_id: str
    #: Amazon's word for what the upload does with the rows that are there; None before the plan.
    strategy: str | None
    late: str | None
    left_out: tuple[LeftOut, ...] = ()
    #: Periods that were touched, and the starts of the first and the last of them.
    periods: int = 0
    first_period: str | None = None
    last_period: str | None = None
    files: int = 0
    bytes: int = 0
    #: When the latest confirmed event happened.
    watermark: datetime | None = None
    uploads: tuple[UploadFacts, ...] = ()
