"""A cron line with its dialect and its time zone: one shape, whoever's rules it follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from lading.cron.bad import BadCron
from lading.cron.treasure import FIELDS, understood
from lading.cron.walls import Wall

#: What both dialects call by name.
NAMED: Final = {"@daily": "0 0 * * *", "@hourly": "0 * * * *"}
#: No time at all.
NONE: Final = frozenset({"", "none"})

_STEPPED: Final = re.compile(r"(\w+)-(\w+)/[1-9]\d*")
_NUMBERS: Final = {
    name: str(number) for field in FIELDS for number, name in enumerate(field.names, start=field.first)
}

#: The fields of a standard line, and what each may hold.
_FIELDS: Final = (
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of month", "1 to 31, L or LW"),
    ("month", "1 to 12, or jan to dec"),
    ("day of week", "0 to 7 (Sunday is both), or sun to sat"),
)

_ANY_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Dialect(StrEnum):
    """Whose rules a line follows: those of the cron that everybody has, or Treasure Data's."""

    STANDARD = "standard"
    TREASURE = "treasure"


@dataclass(frozen=True, slots=True)
class Cron:
    """A line that was understood. One of no time at all fires never."""

    text: str
    dialect: Dialect = Dialect.STANDARD
    timezone: str = "UTC"
    _wall: Wall | None = field(default=None, repr=False, compare=False)

    @property
    def never(self) -> bool:
        """It has no time."""
        return self._wall is None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The moments after `moment`, in UTC and in order."""
        return self._wall.after(moment, ZoneInfo(self.timezone)) if self._wall else iter(())

    def next(self, moment: datetime, count: int) -> tuple[datetime, ...]:
        """The first `count` of them."""
        return tuple(islice(self.after(moment), count))


def parse(text: str, dialect: Dialect = Dialect.STANDARD, timezone: str = "UTC") -> Cron:
    """A line of a dialect, `@daily`, `@hourly`, or `none`, which is no time at all, as an empty text is.

    Raises:
        BadCron: it is none of these, or it never fires.

    """
    written = NAMED.get(text.lower(), text)
    if written.lower() in NONE:
        return Cron(text, dialect, timezone)
    if written.startswith("@"):
        raise BadCron(f"there is no {text}: write @daily, @hourly, none, or five fields")
    wall = understood(written) if dialect is Dialect.TREASURE else _standard(written)
    return Cron(text, dialect, timezone, wall)


def _standard(text: str) -> Wall:
    """As cronsim reads it. (Its own walk loses half an hour where clocks are put by half an hour.)"""
    fields = text.split()
    if len(fields) != 5:
        raise BadCron(
            f"it has {len(fields)} fields and needs five: minute, hour, day of month, month, day of week"
        )
    try:
        sim = CronSim(_STEPPED.sub(_single, text), _ANY_DAY)
        comes = next(sim, None)
    except CronSimError:
        raise _wrong(fields) from None
    if comes is None:
        raise BadCron("this day never comes in these months")
    fixed = not fields[0].startswith("*") and not fields[1].startswith("*")
    return Wall(
        frozenset(sim.minutes), frozenset(sim.hours), lambda day: day.month in sim.months and sim.match_day(day), fixed
    )  # fmt: skip


def _single(found: re.Match[str]) -> str:
    """A range of one value is that value, whatever its step. (cronsim would go on from it to the end.)"""
    first, last = (_NUMBERS.get(value.lower(), value) for value in found.groups())
    return found[1] if first == last else found[0]


def _wrong(fields: list[str]) -> BadCron:
    """The field that cronsim does not take, even where all others are stars."""
    for place, (name, range_of) in enumerate(_FIELDS):
        alone = ["*"] * len(_FIELDS)
        alone[place] = fields[place]
        try:
            CronSim(" ".join(alone), _ANY_DAY)
        except CronSimError:
            return BadCron(f"{name} {fields[place]!r}: write {range_of}; ranges, lists and steps of these")
    return BadCron("this day never comes in these months")
