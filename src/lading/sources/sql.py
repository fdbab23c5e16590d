"""The answer of a query to a database, by ADBC: Arrow from end to end, in bounded memory, and nothing of it on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl
import pyarrow as pa

from lading.errors import LadingError, SettingsError
from lading.model.frames import ROW
from lading.sources.delimited import unique_names
from lading.sources.source import SourceFrame, no_bad_rows

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor


class Database(Protocol):
    """What differs from one kind of database to the next."""

    def connect(self) -> Connection:
        """A connection that only reads, and sees one state of the data for as long as it is open."""

    def columns(self, cursor: Cursor, query: str) -> tuple[str, ...]:
        """The names of the answer's columns."""

    def state(self, cursor: Cursor, query: str) -> str:
        """Changes when the answer does."""

    def explained(self, error: Exception) -> LadingError | str | None:
        """What a person can do about an error, in words that hold no value of a row and no password; None for an unknown one."""


@dataclass(frozen=True, slots=True, repr=False)
class SqlSource:
    """The answer of one query, its columns as the database writes them in text. `where`: the setting that holds the query."""

    database: Database
    query: str
    where: str

    def __repr__(self) -> str:
        return f"SqlSource({self.where!r})"

    def version(self) -> str:
        """Changes with the query or its answer."""
        with self._cursor() as cursor:
            told = f"{self.query}\0{self.database.state(cursor, self._plain)}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The names of the answer's columns."""
        with self._cursor() as cursor:
            return tuple(unique_names(self.database.columns(cursor, self._plain), self.where))

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows of the answer, at most `batch_rows` a frame."""
        first = 1
        with self._cursor() as cursor:
            cursor.execute(self._as_text(self.database.columns(cursor, self._plain)))
            for batch in cursor.fetch_record_batch():
                for rows in pl.DataFrame(batch).iter_slices(batch_rows):
                    numbers = pl.int_range(first, first + rows.height, dtype=pl.UInt64, eager=True)
                    whole = rows.cast(pl.String).insert_column(0, numbers.alias(ROW))
                    yield SourceFrame(whole, no_bad_rows(), rows.height)
                    first += rows.height

    @property
    def _plain(self) -> str:
        """The query as a part of another one can hold it."""
        return self.query.strip().rstrip(";")

    def _as_text(self, written: tuple[str, ...]) -> str:
        called = unique_names(written, self.where)
        cells = (
            f"cast({quoted(own)} as text) as {quoted(name)}"
            for own, name in zip(written, called, strict=True)
        )
        return f"select {', '.join(cells)} from (\n{self._plain}\n) as answer"  # noqa: S608  (the user's own query)

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        import adbc_driver_manager.dbapi as adbc  # noqa: PLC0415  (loaded only by those who read a database)

        try:
            with closing(self.database.connect()) as connection, closing(connection.cursor()) as cursor:
                yield cursor
        except (adbc.Error, pa.ArrowException, OSError) as error:  # the last two while rows come
            raise self._told(error) from None

    def _told(self, error: Exception) -> LadingError:
        found = self.database.explained(error)
        if isinstance(found, LadingError):
            return found
        hidden = "the database stops at a row. What it says of it may hold personal data, so it is not shown: run the query by hand"
        return SettingsError(found or hidden, where=self.where, code="wrong_query")


def quoted(name: str) -> str:
    """A name as SQL writes one that may hold anything."""
    return '"' + name.replace('"', '""') + '"'
