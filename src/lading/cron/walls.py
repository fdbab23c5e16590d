"""From what a clock on the wall shows to moments, where clocks are put forward and back.

As Debian's cron does it: a line with fixed hours and minutes fires once a day, whatever the clock does; one with a star in either
goes by the time that passes, so an hour that comes twice fires twice, and one that is left out does not fire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
#: Nothing fires so late: Python's calendar ends there.
_LAST_YEAR: Final = 9998


@dataclass(frozen=True, slots=True)
class Wall:
    """What a line asks a clock on the wall for."""

    minutes: frozenset[int]
    hours: frozenset[int]
    #: Whether it fires on a day.
    on: Callable[[date], bool]
    #: Hour and minute are fixed.
    fixed: bool

    def after(self, moment: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The moments after `moment`, in UTC, without end."""
        day, last = moment.astimezone(zone).date() - _DAY, moment.astimezone(UTC)
        while day.year <= _LAST_YEAR:
            for fire in self._moments(day, zone) if self.on(day) else ():
                if fire > last:
                    yield fire
                    last = fire
            day += _DAY

    def _moments(self, day: date, zone: tzinfo) -> list[datetime]:
        shown = [datetime.combine(day, time(hour, minute)) for hour in self.hours for minute in self.minutes]
        if self.fixed:
            return sorted({_once(wall, zone) for wall in shown})
        return sorted(fire for wall in shown for fire in _each(wall, zone))


def _once(wall: datetime, zone: tzinfo) -> datetime:
    """The moment of a wall time: of two the first; of none the first minute after the gap."""
    while not _exists(wall, zone):
        wall += _MINUTE
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _each(wall: datetime, zone: tzinfo) -> Iterator[datetime]:
    """All moments at which the wall shows this time: none, one or two."""
    if _exists(wall, zone):
        yield from sorted({wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})


def _exists(wall: datetime, zone: tzinfo) -> bool:
    there = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == wall
