"""From what a clock on the wall shows to moments, where clocks are put forward and back.

As Debian's cron does it: a line with fixed hours and minutes fires once a day, whatever the clock does; one with a star in either
goes by the time that passes, so an hour that comes twice fires twice, and one that is left out does not fire.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_MINUTE: Final = timedelta(minutes=1)


def once(wall: datetime, zone: tzinfo) -> datetime:
    """The moment of a wall time: of two the first; of none the first minute after the gap."""
    while not _exists(wall, zone, 0):
        wall += _MINUTE
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def each(wall: datetime, zone: tzinfo) -> Iterator[datetime]:
    """All moments at which the wall shows this time: none, one or two."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _exists(wall, zone, 0):
        yield first
        if second != first:
            yield second


def _exists(wall: datetime, zone: tzinfo, fold: int) -> bool:
    there = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == wall
