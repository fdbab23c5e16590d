"""When members are sent again so that they never expire. Pure.

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

from lading.model.forecast import Expiring, Forecast, forecast

#: Nights that may fail, or runs that may come late, before anybody expires; less where lives are short.
MARGIN: Final = timedelta(days=7)

#: The margin's share of the time between the next run and the end of a life, at most: a third for the margin, a third
#: of the rest for the spread, and the remainder is how long nobody is sent twice.
_PARTS: Final = 3

#: Longer than anybody can stay.
_BEYOND: Final = timedelta(days=1_000)


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
    found = forecast(days, now=now, ttl=ttl)
    if not refreshes or "refresh_by" not in counts:
        return found
    next_run, by = (datetime.fromisoformat(counts[name]) for name in ("next_run", "refresh_by"))
    return replace(found, next_run=next_run, refresh_by=by)
