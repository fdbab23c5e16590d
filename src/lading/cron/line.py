"""A cron line with its dialect and its time zone: one shape, whoever's rules it follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from lading.cron.bad import BadCron
from lading.cron.treasure import TreasureCron, understood

#: What both dialects call by name.
NAMED: Final = {"@daily": "0 0 * * *", "@hourly": "0 * * * *"}
#: No time at all.
NONE: Final = frozenset({"", "none"})

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
    _treasure: TreasureCron | None = field(default=None, repr=False, compare=False)

    @property
    def never(self) -> bool:
        """It has no time."""
        return self.text.lower() in NONE

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The moments after `moment`, in UTC and in order."""
        zone = ZoneInfo(self.timezone)
        if self.never:
            return iter(())
        if self._treasure:
            return self._treasure.after(moment, zone)
        return _standard(_written(self.text), moment.astimezone(zone))

    def next(self, moment: datetime, count: int) -> tuple[datetime, ...]:
        """The first `count` of them."""
        return tuple(islice(self.after(moment), count))


def parse(text: str, dialect: Dialect = Dialect.STANDARD, timezone: str = "UTC") -> Cron:
    """A line of a dialect, `@daily`, `@hourly`, or `none`, which is no time at all, as an empty text is.

    Raises:
        BadCron: it is none of these, or it never fires.

    """
    written = _written(text)
    if written.lower() in NONE:
        return Cron(text, dialect, timezone)
    if written.startswith("@"):
        raise BadCron(f"there is no {text}: write @daily, @hourly, none, or five fields")
    if dialect is Dialect.TREASURE:
        return Cron(text, dialect, timezone, understood(written))
    _check_standard(written)
    return Cron(text, dialect, timezone)


def _written(text: str) -> str:
    return NAMED.get(text.lower(), text)


def _check_standard(text: str) -> None:
    fields = text.split()
    if len(fields) != 5:
        raise BadCron(
            f"it has {len(fields)} fields and needs five: minute, hour, day of month, month, day of week"
        )
    try:
        comes = next(CronSim(text, _ANY_DAY), None)
    except CronSimError as error:
        raise BadCron(
            f"{str(error).lower()}: write minute, hour, day, month and weekday, such as 0 3 * * *"
        ) from None
    if comes is None:
        raise BadCron("this day never comes in these months")


def _standard(text: str, moment: datetime) -> Iterator[datetime]:
    """Strictly in order: cronsim may tell a moment twice where clocks are put back."""
    last = moment.astimezone(UTC)
    for fire in CronSim(text, moment):
        if (found := fire.astimezone(UTC)) > last:
            yield found
            last = found
