"""Reading what an answer must hold, field by field; what is missing is named, its value is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lading.amazon.diagnosis import unexpected
from lading.amazon.exact import parsed
from lading.amazon.wire import Answer


class Shape:
    """One JSON object of an answer."""

    def __init__(self, answer: Answer, fields: Mapping[str, Any], where: str = "") -> None:
        self._answer = answer
        self._fields = fields
        self._where = where

    @classmethod
    def of(cls, answer: Answer) -> Shape:
        """The object that is the whole body."""
        value = _value(answer)
        if not isinstance(value, dict):
            raise unexpected(answer, "a JSON object")
        return cls(answer, value)

    def has(self, name: str) -> bool:
        """True where the field is there and not null."""
        return self._fields.get(name) is not None

    def identifier(self, name: str) -> str:
        """An id as text, whether it came as text or as an integer."""
        found = self.maybe_identifier(name)
        if found is None:
            raise unexpected(self._answer, f"{self._where}{name}")
        return found

    def maybe_identifier(self, name: str) -> str | None:
        """An id as text; None where it is absent, null or blank. A number with a fraction is no id."""
        value = self._fields.get(name)
        if isinstance(value, float):
            raise unexpected(self._answer, f"{self._where}{name} as an exact integer")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return None
        return str(value).strip() or None

    def text(self, name: str) -> str:
        """A text; "" where it is absent or null."""
        value = self._fields.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """A boolean that has to be there."""
        value = self._fields.get(name)
        if not isinstance(value, bool):
            raise unexpected(self._answer, f"{self._where}{name}")
        return value

    def maybe_flag(self, name: str) -> bool:
        """A boolean; False where it is absent or null."""
        return self._fields.get(name) is True

    def count(self, name: str) -> int | None:
        """An integer; None where it is absent or null."""
        value = self._fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def number(self, name: str) -> float | None:
        """A number; None where it is absent or null."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return float(min(max(value, -1e9), 1e9))

    def numbers(self, name: str) -> dict[str, float]:
        """The numbers of the object within, by name; none where it is absent."""
        value = self._fields.get(name)
        fields = value.items() if isinstance(value, dict) else ()
        return {
            key: float(number)
            for key, number in fields
            if isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < 1e18
        }

    def moment(self, name: str) -> datetime | None:
        """A time, in UTC where it names no zone; None where it is absent or none that can be read."""
        value = self._fields.get(name)
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            return None
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment

    def inner(self, name: str) -> Shape:
        """The object within; an empty one where it is absent."""
        value = self._fields.get(name)
        return Shape(self._answer, value if isinstance(value, dict) else {}, f"{self._where}{name}.")

    def items(self, name: str) -> tuple[Shape, ...]:
        """The objects of a list that has to be there."""
        value = self._fields.get(name)
        if not isinstance(value, list):
            raise unexpected(self._answer, f"the list {self._where}{name}")
        return _shapes(self._answer, value, f"{self._where}{name}[].")

    def maybe_items(self, name: str) -> tuple[Shape, ...]:
        """The objects of a list; none where it is absent or null."""
        return self.items(name) if self._fields.get(name) is not None else ()


def listed(answer: Answer) -> tuple[Shape, ...]:
    """The objects of a body that is a list."""
    value = _value(answer)
    if not isinstance(value, list):
        raise unexpected(answer, "a JSON list")
    return _shapes(answer, value, "[].")


def _value(answer: Answer) -> Any:
    try:
        return parsed(answer.body)
    except ValueError:
        raise unexpected(answer, "JSON") from None


def _shapes(answer: Answer, values: list[Any], where: str) -> tuple[Shape, ...]:
    if not all(isinstance(value, dict) for value in values):
        raise unexpected(answer, f"an object in {where.removesuffix('.')}")
    return tuple(Shape(answer, value, where) for value in values)
