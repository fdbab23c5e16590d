"""Which fire time of a schedule has come. Pure: what was fired, and what time it is, come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lading.cron import Cron

#: A worker that is this late was only busy. What is later was missed: nobody was there.
LATE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Due:
    """A fire time that has come, and how many before it passed without having been fired."""

    moment: datetime
    missed: int


def due(cron: Cron, *, done: datetime, now: datetime, delay: timedelta = timedelta()) -> Due | None:
    """The last fire time after `done` that has come; those between are missed for good. `delay`: how long after it to start."""
    found, missed = None, -1
    for moment in cron.after(done):
        if moment + delay > now:
            break
        found, missed = moment, missed + 1
    return Due(found, missed) if found else None


def next_start(
    cron: Cron, *, done: datetime, now: datetime, delay: timedelta = timedelta()
) -> datetime | None:
    """When the next one starts; None where there is none."""
    return next((moment + delay for moment in cron.after(max(done, now - delay))), None)
