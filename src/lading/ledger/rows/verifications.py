"""Amazon's counts beside ours, a row a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lading.model.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One day's comparison of a target with Amazon's counts."""

    target: str
    #: The date in UTC, such as 2026-03-01.
    day: str
    at: datetime
    agreement: Agreement
    #: Members whom we hold as confirmed and not expired.
    members: int
    #: Amazon's counts; None where it has none, or cannot have them yet.
    received: int | None
    matched: int | None
    dsp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVerification:
    """One day's comparison of a dataset with what Amazon says of its uploads."""

    target: str
    #: The date in UTC, such as 2026-03-01.
    day: str
    at: datetime
    agreement: Agreement
    #: Rows that were sent and still count, by what is held here.
    rows: int
    #: What Amazon said that it wrote of the uploads that these came by, and what it says now; None where it says nothing.
    confirmed: int
    written: int | None
    #: Uploads of others since our last one.
    others: int
