"""Which rows of a source an upload carries: by their periods, by what was sent before, and by how far back late rows count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

#: The one period of a dataset without events.
WHOLE: Final = ""

_START: Final = "%Y-%m-%dT%H:%M:%SZ"


class Picking(StrEnum):
    """What is picked out of the rows that were read."""

    #: Each period whose rows changed since it was sent, whole, as far back as the lookback: `late: replace`.
    PERIODS = "periods"
    #: Periods that were never sent: `late: ignore`, and OVERLAP_KEEP.
    NEW_PERIODS = "new_periods"
    #: Rows whose key was never sent: `late: append`, and ADDITIVE with a `row_key`.
    NEW_ROWS = "new_rows"
    #: All rows, but of periods that are exactly what was added last: ADDITIVE without a key.
    ADDITIONS = "additions"
    #: All rows, if any of them changed: FULL_REPLACE.
    EVERYTHING = "everything"


class Outcome(StrEnum):
    """What becomes of the rows of a period, or of a row."""

    SEND = "send"
    LATE = "late"
    SENT_BEFORE = "sent_before"
    UNCHANGED = "unchanged"
    SEEN = "seen"
    REPEATED = "repeated"


#: Why rows are left out, in words.
REASONS: Final[Mapping[str, str]] = {
    Outcome.LATE: "older than `lookback:` allows",
    Outcome.SENT_BEFORE: "of a period that was sent already, and `late: ignore` leaves it as it is",
    Outcome.UNCHANGED: "of a period that is as it was sent",
    Outcome.SEEN: "with a `row_key` that was sent already",
    Outcome.REPEATED: "with a `row_key` that stands further up in the source",
}


class Sent(Protocol):
    """What was last sent of a period."""

    @property
    def rows(self) -> int: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one period: how many rows, and a digest that is equal for equal rows in any order."""

    start: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """One period of the source, and what becomes of its rows."""

    start: str
    rows: int
    digest: str
    outcome: Outcome
    #: Rows that were last sent of it; None where it was never sent.
    before: int | None = None

    @property
    def shrunk(self) -> bool:
        """It would be replaced by fewer rows than it has: the source may hold only a part of it."""
        return self.outcome is Outcome.SEND and self.before is not None and self.rows < self.before


def picking(strategy: str, late: str, *, keyed: bool) -> Picking:
    """How rows are picked for an upload of this strategy, which follows from `late:` where the settings name none."""
    if strategy == "FULL_REPLACE":
        return Picking.EVERYTHING
    if strategy == "ADDITIVE":
        return Picking.NEW_ROWS if keyed else Picking.ADDITIONS
    if strategy == "OVERLAP_KEEP" or late == "ignore":
        return Picking.NEW_PERIODS
    return Picking.PERIODS


def start_of(moment: datetime, period: str) -> str:
    """The start of the period that a moment (in UTC) lies in."""
    cut = moment.replace(minute=0, second=0, microsecond=0)
    if period != "PT1H":
        cut = cut.replace(hour=0)
    if period == "P1M":
        cut = cut.replace(day=1)
    return cut.strftime(_START)


def edge(watermark: datetime | None, lookback: timedelta, period: str) -> str | None:
    """The first period that late rows are taken for: the one in which the lookback begins, whole. None: there is no limit yet."""
    return None if watermark is None else start_of(watermark - lookback, period)


def plan_periods(
    read: Sequence[Read], sent: Mapping[str, Sent], how: Picking, first: str | None
) -> tuple[PeriodPlan, ...]:
    """What becomes of each period that was read. `first`: the period that `edge` names.

    Of NEW_ROWS each period is one to send: there, rows are picked one by one.
    """
    if how is Picking.EVERYTHING:
        same = {one.start: one.digest for one in read} == {start: one.digest for start, one in sent.items()}
        outcome = Outcome.UNCHANGED if same else Outcome.SEND
        return tuple(PeriodPlan(one.start, one.rows, one.digest, outcome) for one in read)
    return tuple(_planned(one, sent.get(one.start), how, first) for one in read)


def _planned(read: Read, sent: Sent | None, how: Picking, first: str | None) -> PeriodPlan:
    before = sent.rows if sent and how is Picking.PERIODS else None
    return PeriodPlan(read.start, read.rows, read.digest, _outcome(read, sent, how, first), before)


def _outcome(read: Read, sent: Sent | None, how: Picking, first: str | None) -> Outcome:
    same = sent is not None and sent.digest == read.digest
    if how in {Picking.PERIODS, Picking.ADDITIONS} and same:
        return Outcome.UNCHANGED
    if how is Picking.PERIODS and first is not None and read.start < first:
        return Outcome.LATE
    if how is Picking.NEW_PERIODS and sent is not None:
        return Outcome.SENT_BEFORE
    return Outcome.SEND


def left_out(plans: Sequence[PeriodPlan]) -> dict[str, int]:
    """Rows that are not sent, by reason."""
    counts: Counter[str] = Counter()
    for one in plans:
        if one.outcome is not Outcome.SEND:
            counts[str(one.outcome)] += one.rows
    return dict(counts)
