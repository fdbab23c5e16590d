"""What of a source is handed on, and under which names: chosen columns, and strings that no row holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from lading.settings.shape import Shape, wrong

#: What a built string may be beside a text of one's own.
Fact = Literal["timestamp", "segment_id", "segment_name", "audience_id"]

_NAMES: Final = {
    "anyOf": [
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ]
}


def _by_output(value: Any) -> Any:
    """Of a list, each column under its own name."""
    if not isinstance(value, list):
        return value
    if not all(isinstance(name, str) for name in value):
        raise wrong("write a list of names, [email, city], or `OUTPUT: COLUMN` for each: {mail: email}")
    if len(set(value)) < len(value):
        raise wrong("a column is named twice: keep one of them, or write `OUTPUT: COLUMN` for each")
    return dict(zip(value, value, strict=True))


def _some(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise wrong("name a column; left out, all of them are handed on")
    if not all([*value, *value.values()]):
        raise wrong("a column's name is empty")
    return value


OutputColumns = Annotated[
    dict[str, str], BeforeValidator(_by_output), AfterValidator(_some), WithJsonSchema(_NAMES)
]


class Segment(Shape):
    """The segment that the rows are, as the platform that made it knows it."""

    id: str | None = Field(default=None, min_length=1, description="Its id, in quotes.")
    name: str | None = Field(default=None, min_length=1, description="Its name.")
    audience_id: str | None = Field(
        default=None,
        min_length=1,
        description="The id of its parent segment, in quotes: that platform's, not Amazon's.",
    )

    def facts(self) -> Mapping[str, str | None]:
        """What built strings may take from it, by the words for it."""
        return {"segment_id": self.id, "segment_name": self.name, "audience_id": self.audience_id}


class BuiltString(Shape):
    """A column with the same text in each row."""

    text: str | None = Field(default=None, description="Any text.")
    value: Fact | None = Field(
        default=None,
        description="timestamp: when it is read, in UTC, such as 2026-11-27T03:00:00Z. segment_id, segment_name, audience_id: what "
        "`segment:` says.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.text is None) == (self.value is None):
            raise wrong("write either `text:` or `value:`")
        return self
