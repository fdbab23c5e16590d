"""Rows of a database, chosen by a query: PostgreSQL and SQLite by ADBC, Arrow from end to end, batch by batch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow as pa

from lading.errors import GaveUp, SettingsError
from lading.sources.delimited import unique_names
from lading.sources.parquet import numbered
from lading.sources.source import SourceFrame, no_bad_rows

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

#: Rows that are hashed at a time, to see whether the data has changed.
_VERSION_ROWS: Final = 65_536
#: What a database says of a query that it does not understand names tables, columns and words of the query, and no value of a row.
_SAFE: Final = re.compile(r"(?:Failed to prepare query: |ERROR:\s+)([^\n]{1,300})")
_NO_SUCH: Final = re.compile(
    r"no such|does not exist|syntax error|ambiguous|permission denied|must appear|no column", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, repr=False)
class SqlSource:
    """The answer of one query of a database, its columns as text. `where`: the setting that holds the query."""

    kind: str
    #: An address with its password.
    url: str
    query: str
    where: str

    def __repr__(self) -> str:
        return f"SqlSource({self.where!r})"

    def version(self) -> str:
        """Changes with the query and with any row of its answer, whatever their order; all rows are read for that."""
        total, count = 0, 0
        for frame in self.frames(_VERSION_ROWS):
            rows = frame.rows.drop(frame.rows.columns[0])
            total, count = (
                (total + int(rows.hash_rows().cast(pl.UInt64).sum() or 0)) % 2**64,
                count + rows.height,
            )
        told = f"{self.query}\0{count}\0{total}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The names of the answer's columns."""
        with self._open() as connection:
            return self._names(connection)

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows of the answer, at most `batch_rows` a frame."""
        first = 1
        with self._open() as connection:
            cells = ", ".join(
                f"cast({_quoted(name)} as text) as {_quoted(name)}" for name in self._names(connection)
            )
            with closing(connection.cursor()) as cursor:
                cursor.execute(f"select {cells} from {self._inner()}")  # noqa: S608  (the query is the user's own)
                for batch in cursor.fetch_record_batch():
                    for rows in pl.DataFrame(batch).iter_slices(batch_rows):
                        yield SourceFrame(
                            rows.insert_column(0, numbered(first, rows.height)), no_bad_rows(), rows.height
                        )
                        first += rows.height

    def _names(self, connection: Connection) -> tuple[str, ...]:
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"select * from {self._inner()} limit 0")  # noqa: S608  (the query is the user's own)
            return tuple(unique_names(cursor.fetch_record_batch().schema.names, self.where))

    def _inner(self) -> str:
        """The query within another one: so it can only read. A line of its own ends a comment at its end."""
        return f"({self.query.strip().rstrip(';')}\n) as lading"

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        """A connection that may only read; what goes wrong with it is told without a password and without a value."""
        driver: Any = _driver(self.kind)
        try:
            with closing(driver.connect(self.url)) as connection:
                if self.kind == "postgresql":
                    with closing(connection.cursor()) as cursor:
                        cursor.execute("set transaction read only")
                yield connection
        except (driver.Error, OSError, pa.ArrowException) as error:
            raise self._told(str(error)) from None

    def _told(self, says: str) -> SettingsError | GaveUp:
        if re.search(r"failed to (connect|open)", says, re.IGNORECASE):
            return GaveUp(
                "the database cannot be reached, or does not let us in: check its address, its password and that it runs, then "
                "run the same command again", where=self.where, code="database_away",
            )  # fmt: skip
        found = _SAFE.search(says)
        if found and _NO_SUCH.search(found[1]):
            return SettingsError(
                f"the database says: {found[1].strip()}", where=self.where, code="wrong_query"
            )
        return SettingsError(
            "the database stopped this query; what it says may hold a value, so it is not shown. Run the query there to see it",
            where=self.where, code="wrong_query",
        )  # fmt: skip


def _driver(kind: str) -> Any:
    if kind == "postgresql":
        from adbc_driver_postgresql import dbapi as postgresql  # noqa: PLC0415  (loaded only by those who use one)

        return postgresql
    from adbc_driver_sqlite import dbapi as sqlite  # noqa: PLC0415  (likewise)

    return sqlite


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
