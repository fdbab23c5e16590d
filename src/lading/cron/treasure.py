"""Cron lines as Treasure Data reads them.

Its rules differ from those of other crons in two places. Where day of month and day of week are both restricted, the one that asks to
run more often is followed, and the other is ignored: `0 0 1 * 1` is every Monday. And `*/n` means the multiples of n: `*/5` days
are the 5th, 10th, 15th and so on. By that rule `5,*/10,25` has the 30th, too, which its documentation leaves out.

Source: Treasure Data, "Amazon Ads Export Integration", Custom cron.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from lading.cron.bad import BadCron
from lading.cron.walls import Wall


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five: its name, the numbers that it may have, and the names of those."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """One value, as a number or as a name."""
        if text.lower() in self.names:
            return self.names.index(text.lower()) + self.first
        if not re.fullmatch(r"[0-9]{1,2}", text):
            named = f", or one of {', '.join(self.names)}" if self.names else ""
            raise BadCron(f"{self.name} {text!r} is no value: write {self.first} to {self.last}{named}")
        if not self.first <= int(text) <= self.last:
            raise BadCron(
                f"{self.name} {text} is out of range: it goes from {self.first} to {self.last}{self._sunday(text)}"
            )
        return int(text)

    def _sunday(self, text: str) -> str:
        return "; Sunday is 0" if self.name == "day of week" and text == "7" else ""


FIELDS: Final = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of month", 1, 31),
    Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    Field("day of week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)  # fmt: skip

#: Days of each month, averaged over the 400 years after which the calendar repeats itself.
_LENGTHS: Final = {
    month: Fraction(28 * 400 + 97, 400) if month == 2 else Fraction(30 if month in {4, 6, 9, 11} else 31)
    for month in range(1, 13)
}


def understood(text: str) -> Wall:
    """The line. BadCron, which says what to write, for any other text."""
    parts = text.split(" ")
    if "" in parts or not text.isprintable():
        raise BadCron("write exactly one blank between the fields, and none before or after")
    if len(parts) != len(FIELDS):
        raise BadCron(
            f"it has {len(parts)} fields and needs five: minute, hour, day of month, month, day of week"
        )
    minutes, hours, days, months, weekdays = (
        _values(field, part) for field, part in zip(FIELDS, parts, strict=True)
    )
    by_month, by_week = _days_that_count(parts, days, months, weekdays)
    if by_month is not None and not _a_year_by_month(by_month, months):
        raise BadCron("this day never comes in these months")
    fixed = not parts[0].startswith("*") and not parts[1].startswith("*")

    def on(day: date) -> bool:
        if day.month not in months:
            return False
        if by_month is not None:
            return day.day in by_month
        return by_week is None or day.isoweekday() % 7 in by_week

    return Wall(minutes, hours, on, fixed)


def _days_that_count(
    parts: list[str], days: frozenset[int], months: frozenset[int], weekdays: frozenset[int]
) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """The days of the month, or those of the week: those that come more often, if both are restricted."""
    by_month, by_week = parts[2] != "*", parts[4] != "*"
    if by_month and by_week:
        by_month = _a_year_by_month(days, months) >= _a_year_by_week(weekdays, months)
        by_week = not by_month
    return (days if by_month else None), (weekdays if by_week else None)


def _a_year_by_month(days: frozenset[int], months: frozenset[int]) -> Fraction:
    """How many days a year it asks for."""
    whole = {month: int(_LENGTHS[month]) for month in months}
    leap = _LENGTHS[2] - 28 if 2 in months and 29 in days else Fraction(0)
    return Fraction(sum(1 for month in months for day in days if day <= whole[month])) + leap


def _a_year_by_week(weekdays: frozenset[int], months: frozenset[int]) -> Fraction:
    return sum((_LENGTHS[month] for month in months), Fraction(0)) * len(weekdays) / 7


def _values(field: Field, text: str) -> frozenset[int]:
    if text == "*":
        return frozenset(range(field.first, field.last + 1))
    return frozenset(value for part in text.split(",") for value in _part(field, part))


def _part(field: Field, text: str) -> Iterator[int]:
    """One value, a range, or the multiples of a number."""
    if text == "*":
        raise BadCron(f"{field.name}: a star stands alone, or as */n: it means every one")
    if text.startswith("*/"):
        step = text.removeprefix("*/")
        if not re.fullmatch(r"[0-9]{1,2}", step) or not 1 <= int(step) <= field.last:
            raise BadCron(f"{field.name} {text!r}: write a number from 1 to {field.last} after the stroke")
        yield from (value for value in range(field.first, field.last + 1) if value % int(step) == 0)
    elif "/" in text:
        raise BadCron(f"{field.name} {text!r}: only a star has a stroke, as in */5")
    elif "-" in text:
        first, _, last = text.partition("-")
        start, end = field.number(first), field.number(last)
        if start > end:
            raise BadCron(f"{field.name} {text!r}: the range goes backwards; write {last}-{first}, or a list")
        yield from range(start, end + 1)
    else:
        yield field.number(text)
