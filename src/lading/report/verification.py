"""Holds what we have as members against what Amazon counts. Numbers only: Amazon tells nobody who is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Protocol

from lading.model.agreement import INCONCLUSIVE, Agreement
from lading.report.summary import AudienceSize

#: Until Amazon has counted what was sent last, by target. Source: Amazon, advertiser audiences guide (AMC takes records in
#: once an hour, DSP within 15 minutes).
COUNTED_AFTER: Final[Mapping[str, timedelta]] = {
    "AMC": timedelta(hours=1), "AMC_AND_DSP": timedelta(hours=1), "DSP": timedelta(minutes=15),
}  # fmt: skip

#: Until a count of DSP says something. Source: the same guide ("visible within 36 hours").
DSP_COUNTED_AFTER: Final = timedelta(hours=36)

#: Days that a rate is held against, and how few are too few.
DAYS: Final = 14
FEWEST: Final = 3


class Limit(Protocol):
    """So many, or such a share of a whole; its text is how the user wrote it."""

    def exceeded_by(self, number: int, whole: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on counts are not as they should be; None: that is not looked at."""

    missing: Limit | None
    falling: Limit | None


class Day(Protocol):
    """An earlier comparison."""

    @property
    def agreement(self) -> Agreement: ...
    @property
    def received(self) -> int | None: ...
    @property
    def matched(self) -> int | None: ...
    @property
    def dsp(self) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found, in numbers; rates are 0 to 1, None where there is none."""

    agreement: Agreement
    #: Members whom Amazon does not count, and entries that it counts beyond them.
    missing: int = 0
    beyond: int = 0
    match_rate: float | None = None
    usual_match_rate: float | None = None
    dsp_rate: float | None = None
    usual_dsp_rate: float | None = None


def counted_at(target: str, sent: datetime) -> datetime:
    """From when on Amazon's counts hold what was sent until a moment."""
    return sent + COUNTED_AFTER[target]


def dsp_counted_at(target: str, sent: datetime) -> datetime | None:
    """The same for the count of DSP; None where the audience does not go there."""
    return sent + DSP_COUNTED_AFTER if "DSP" in target else None


def compare(
    members: int, size: AudienceSize, earlier: Sequence[Day], limits: Limits, *, early: bool
) -> Compared:
    """Hold members against counts, and today's rates against those of `earlier` days.

    What Amazon's `receivedRecordSize` leaves out is not documented: it may count everything that it ever received. So more than
    we hold is no quarrel, and fewer always is.
    """
    if size.received is None:
        return Compared(agreement=Agreement.UNCOUNTED)
    if early:
        return Compared(agreement=Agreement.EARLY)
    days = [day for day in earlier if day.agreement not in INCONCLUSIVE][:DAYS]
    found = Compared(
        agreement=Agreement.AGREES,
        missing=max(members - size.received, 0), beyond=max(size.received - members, 0),
        match_rate=_rate(size.matched, size.received), usual_match_rate=_usual(_rate(one.matched, one.received) for one in days),
        dsp_rate=_rate(size.dsp, size.received), usual_dsp_rate=_usual(_rate(one.dsp, one.received) for one in days),
    )  # fmt: skip
    return _judged(found, members, limits)


def _judged(found: Compared, members: int, limits: Limits) -> Compared:
    if limits.missing is not None and limits.missing.exceeded_by(found.missing, members):
        return replace(found, agreement=Agreement.DRIFT)
    pairs = ((found.match_rate, found.usual_match_rate), (found.dsp_rate, found.usual_dsp_rate))
    fell = any(_fell(rate, usual, limits.falling) for rate, usual in pairs)
    return replace(found, agreement=Agreement.FALLING) if fell else found


def _fell(rate: float | None, usual: float | None, limit: Limit | None) -> bool:
    if rate is None or usual is None or limit is None:
        return False
    return limit.exceeded_by(round((usual - rate) * _FINE), round(usual * _FINE))


#: Shares are compared as whole parts of a million.
_FINE: Final = 1_000_000


def _rate(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _usual(rates: Iterable[float | None]) -> float | None:
    known = [rate for rate in rates if rate is not None]
    return median(known) if len(known) >= FEWEST else None
