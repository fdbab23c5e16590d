"""How the ledger's values lie in a database: portable column types for moments, states, books and files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Dialect, String
from sqlalchemy.types import TypeDecorator

from lading.errors import Bug
from lading.ledger.rows import NamedFile
from lading.model.books import Books

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970 in UTC: exact, sortable and alike in SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else from_microseconds(value)


def to_microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970; a moment without a time zone is a bug."""
    if moment.tzinfo is None:
        raise Bug("a moment without a time zone cannot be written into the ledger")
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + int(count) * _MICROSECOND


class Word(TypeDecorator[StrEnum]):
    """One word of a closed list, kept as text."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(24)
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else self.words(value)


class BooksJson(TypeDecorator[Books]):
    """The books of a run as a JSON object of counts."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Books | None, dialect: Dialect) -> dict[str, int] | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else value.as_dict()

    def process_result_value(self, value: Any, dialect: Dialect) -> Books | None:  # noqa: ARG002  (SQLAlchemy's signature)
        return None if value is None else Books(**value)


class FilesJson(TypeDecorator[Mapping[str, NamedFile]]):
    """Files by the part they play, as JSON: {"records": {"name", "sha256", "bytes", "rows"}}."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> Any:  # noqa: ARG002  (SQLAlchemy's signature)
        return {part: NamedFile.like(file).as_dict() for part, file in (value or {}).items()}

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, NamedFile]:  # noqa: ARG002  (SQLAlchemy's signature)
        return {part: NamedFile(**file) for part, file in (value or {}).items()}


class WordsJson(TypeDecorator[tuple[str, ...]]):
    """A list of words as a JSON array."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str]:  # noqa: ARG002  (SQLAlchemy's signature)
        return list(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002  (SQLAlchemy's signature)
        return tuple(value or ())
