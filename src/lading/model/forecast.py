"""Who of an audience's members expires by when, unless he is sent again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: Days that a forecast looks ahead, each a line, and its weeks.
PERIODS: Final = (7, 30, 90)
WEEKS: Final = 13
DAYS: Final = 7 * WEEKS


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
