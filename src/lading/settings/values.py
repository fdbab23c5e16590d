"""The small values of lading.yaml: ids, names, durations, countries, limits, columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Strict, WithJsonSchema

from lading.settings.countries import COUNTRIES, OTHER_NAMES
from lading.settings.shape import wrong

#: Seconds in each unit of a duration.
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION: Final = re.compile(r"([0-9]{1,12})([smhdw]?)")
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many, or so many percent of a whole: `500` or `10%`."""

    count: int | None = None
    percent: Decimal | None = None

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Reads `500` or `2.5%`; ValueError for anything else."""
        if match := _PERCENT.fullmatch(text.strip()):
            if (percent := Decimal(match[1])) <= 100:
                return cls(percent=percent)
        elif text.strip().isascii() and text.strip().isdigit():
            return cls(count=int(text))
        raise ValueError("write a number, such as 500, or a share from 0% to 100%")

    def exceeded_by(self, number: int, whole: int) -> bool:
        """Whether `number` out of `whole` is more than this allows."""
        if self.count is not None:
            return number > self.count
        return Decimal(number) * 100 > (self.percent or Decimal(0)) * whole

    def __str__(self) -> str:
        return f"{self.count:,}" if self.count is not None else f"{self.percent}%"


def _limit(value: Any) -> Limit:
    if isinstance(value, Limit):
        return value
    try:
        return Limit.parse(str(value))
    except ValueError as error:
        raise wrong(str(error)) from None


def _off_as_none(value: Any) -> Any:
    """None where a number is switched off. YAML reads an unquoted `off` as false."""
    return None if value is False or value == "off" else value


def _limit_or_off(value: Any) -> Limit | None:
    given = _off_as_none(value)
    return None if given is None else _limit(given)


def _switch_or_off(value: Any) -> Any:
    return "off" if value is False else value


def _on_or_off(value: Any) -> Any:
    return {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value


def _duration(value: Any) -> timedelta:
    """Seconds, or a number with a unit."""
    if isinstance(value, timedelta):
        return value
    match = None if isinstance(value, bool) else _DURATION.fullmatch(str(value))
    if match is None:
        raise wrong("write a time such as 397d, 12h, 30m, or a whole number of seconds")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2] or "s"])


def _id(value: Any) -> str:
    """Amazon's ids exceed what many readers of numbers can hold, so they are text from the first to the last."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise wrong(f'ids are text: put it in quotes, "{value}"', code="not_quoted")
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise wrong('an id of Amazon has digits only, in quotes, such as "1234567890"')
    return str(value)


def _country(value: Any) -> str:
    if isinstance(value, bool):
        raise wrong('YAML reads an unquoted NO as "false": put it in quotes, "NO"', code="not_quoted")
    code = str(value)
    if code in COUNTRIES:
        return code
    if other := OTHER_NAMES.get(code.upper()) or (code.upper() if code.upper() in COUNTRIES else None):
        raise wrong(f"write {other}: countries are two capital letters (ISO 3166-1)")
    raise wrong("a country is two capital letters (ISO 3166-1), such as US, GB or DE")


def _columns(value: Any) -> tuple[str, ...]:
    names = list(value) if isinstance(value, list | tuple) else [value]
    if any(isinstance(name, dict | list) or name in (None, "") for name in names):
        raise wrong("write the name of a column, or a list of names: [email, work_email]")
    if not all(isinstance(name, str) for name in names):
        raise wrong("a column's name is text: put it in quotes", code="not_quoted")
    if len(set(names)) < len(names):
        raise wrong("a column is named twice here: keep it once")
    return tuple(str(name) for name in names)


def _name(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", value):
        return value
    raise wrong(
        "a name has letters, digits, _ and - only, begins with a letter or digit and has at most 64 of them"
    )


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise wrong("there is no such time zone: write one such as Europe/Berlin or UTC") from None
    return value


#: A name that the file itself gives: of a connection, a source, a sync.
Name = Annotated[str, AfterValidator(_name)]
AmazonId = Annotated[str, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": "^[0-9]+$"})]
Country = Annotated[
    str, BeforeValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-9]+[smhdw]?$", "minimum": 0}),
]
#: A limit that can be switched off.
GuardLimit = Annotated[
    Limit | None,
    BeforeValidator(_limit_or_off),
    WithJsonSchema({
        "type": ["string", "integer", "boolean", "null"], "pattern": r"^(off|[0-9]+(\.[0-9]+)? ?%?)$", "minimum": 0,
    }),
]  # fmt: skip
#: Likewise a number.
GuardNumber = Annotated[
    Annotated[int, Strict()] | None,
    BeforeValidator(_off_as_none),
    WithJsonSchema({"type": ["integer", "string", "boolean", "null"], "pattern": "^off$", "minimum": 0}),
]
#: Likewise a guard that has no number.
GuardSwitch = Annotated[
    bool, Strict(), BeforeValidator(_on_or_off), WithJsonSchema({"enum": [True, False, "on", "off"]})
]
#: Which columns a guard looks at.
WhichColumns = Annotated[
    Literal["any", "read", "off"],
    BeforeValidator(_switch_or_off),
    WithJsonSchema({"enum": ["any", "read", "off", False]}),
]
Columns = Annotated[
    tuple[str, ...],
    BeforeValidator(_columns),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
#: A whole number that is written as one: neither "5" nor true.
Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
TimeZone = Annotated[str, AfterValidator(_timezone)]
