"""When members are sent again so that they never expire, and who will expire if nobody sends him. Pure.

A member stays `ttl` after he was last sent. Whoever would expire before the next run, and some days more, is sent again
now. Members who were added on one day would then all be sent again on one day, too, for ever: so each has a point of his
own within a spread, by a hash of his external id, and goes earlier than he must. It is the same point each time, so
people drift apart further with each round, and the load becomes even.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

#: Nights that may fail, or runs that may come late, before anybody expires; less where lives are short.
MARGIN: Final = timedelta(days=7)

#: The margin's share of the time between the next run and the end of a life, at most: a third for the margin, a third
#: of the rest for the spread, and the remainder is how long nobody is sent twice.
_PARTS: Final = 3

#: Longer than anybody can stay.
_BEYOND: Final = timedelta(days=1_000)

#: Days that the forecast looks ahead, each a line, and its weeks.
PERIODS: Final = (7, 30, 90)
WEEKS: Final = 13
DAYS: Final = 7 * WEEKS


@dataclass(frozen=True, slots=True)
class Horizon:
    """Who is sent again: whoever expires by `by`, and up to `spread` later those whose turn it is."""

    next_run: datetime
    by: datetime
    spread: timedelta


def horizon(now: datetime, next_run: datetime, ttl: timedelta) -> Horizon:
    """The horizon of a run at `now`, when the next one is expected at `next_run`.

    Where the next run comes after the end of a life, everybody is sent each time, which is all that can be done.
    """
    left = max(ttl - (next_run - now), timedelta(0))
    margin = min(MARGIN, left / _PARTS)
    return Horizon(next_run, next_run + margin, (left - margin) / _PARTS)


def everybody(now: datetime) -> Horizon:
    """The horizon that reaches every member."""
    return Horizon(now, now + _BEYOND, timedelta(0))


@dataclass(frozen=True, slots=True)
class Expiring:
    """Members who expire in so many whole days; `absent`: those of them whom the source does not name."""

    day: int
    members: int
    absent: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """Members who expire until a moment, unless they are sent again."""

    days: int
    until: datetime
    members: int
    #: Those of them whom the source does not name; None where that is not known.
    absent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Who expires by when, unless he is sent again."""

    ttl_seconds: int
    #: 7, 30 and 90 days, each with those of the one before.
    within: tuple[Period, ...]
    #: Thirteen weeks, each by itself.
    weeks: tuple[Period, ...]
    #: What the refreshes go by; None where nobody is refreshed.
    next_run: datetime | None = None
    refresh_by: datetime | None = None


def forecast(
    expiring: Iterable[Expiring],
    *,
    now: datetime,
    ttl: timedelta,
    knows_source: bool = True,
) -> Forecast:
    """The days as periods and weeks."""
    days = tuple(expiring)
    periods = tuple(_period(days, 0, upto, now, knows=knows_source) for upto in PERIODS)
    weeks = tuple(_period(days, 7 * week, 7 * week + 7, now, knows=knows_source) for week in range(WEEKS))
    return Forecast(
        ttl_seconds=int(ttl / timedelta(seconds=1)), within=periods, weeks=weeks,
    )  # fmt: skip


def _period(days: tuple[Expiring, ...], first: int, end: int, now: datetime, *, knows: bool) -> Period:
    there = [one for one in days if first <= one.day < end]
    absent = sum(one.absent for one in there) if knows else None
    return Period(end, now + timedelta(days=end), sum(one.members for one in there), absent)


def with_sent(expiring: Iterable[Expiring], sent: int, ttl: timedelta) -> tuple[Expiring, ...]:
    """The members after a run: those who are sent by it begin their time anew."""
    return (*expiring, Expiring(ttl // timedelta(days=1), sent))


def as_counts(expiring: Iterable[Expiring], due: Horizon | None) -> dict[str, Any]:
    """As the ledger keeps them among a plan's counts."""
    moments = {"next_run": due.next_run.isoformat(), "refresh_by": due.by.isoformat()} if due else {}
    return {"expiring": [[one.day, one.members, one.absent] for one in expiring], **moments}


def of_counts(
    counts: Mapping[str, Any], *, now: datetime, ttl: timedelta, sent: int, refreshes: bool
) -> Forecast | None:
    """The forecast out of a plan's counts, for when those whom it sends have been sent; None for a plan of before there were any."""
    if "expiring" not in counts:
        return None
    days = with_sent((Expiring(*row) for row in counts["expiring"]), sent, ttl)
    moments = {
        name: datetime.fromisoformat(counts[name])
        for name in ("next_run", "refresh_by")
        if refreshes and name in counts
    }
    return replace(forecast(days, now=now, ttl=ttl), **moments)
