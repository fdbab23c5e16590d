"""Rows chosen by SQL over the files of a folder: DuckDB answers, and sees the files only as tables that are handed to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl
import pyarrow as pa

from lading.errors import LadingError, SettingsError
from lading.model.frames import ROW
from lading.sources.delimited import unique_names
from lading.sources.files import KINDS, FileSource
from lading.sources.folders import Folder, LocalFolder
from lading.sources.packing import ENDINGS
from lading.sources.parquet import as_text, numbered
from lading.sources.source import SourceFrame, no_bad_rows
from lading.sources.sql import quoted
from lading.sources.statement import Statement, refused, understood

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

#: Nothing may spill: a disk must not hold personal data in clear. So this is all that a query has.
MEMORY_LIMIT: Final = "1500MB"
#: Rows of a file that are handed over at a time.
_TABLE_ROWS: Final = 65_536
#: One thread: rows come in the same order each time.
_SETTINGS: Final[dict[str, Any]] = {
    "memory_limit": MEMORY_LIMIT,
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
_FENCE: Final = """
    set enable_progress_bar = false; set TimeZone = 'UTC'; set temp_directory = ''; set enable_external_access = false;
    set lock_configuration = true
"""
_FLOATS: Final = frozenset({"FLOAT", "DOUBLE"})
_NESTED: Final = frozenset({"list", "array", "struct", "map", "union", "variant"})
#: Endings of a file that a table's plain name may stand for.
_TABLES: Final = (".csv", ".tsv", ".txt", *KINDS, ".csv.gz", ".tsv.gz", ".jsonl.gz")
_ENDINGS: Final = frozenset({*KINDS, *ENDINGS, ".csv", ".tsv", ".txt"})


class QuerySource:
    """The answer of one query, its columns as text. `where`: the setting that holds the query."""

    def __init__(
        self,
        folder: Folder | Path,
        query: str,
        where: str,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        self._folder = LocalFolder(folder) if isinstance(folder, Path) else folder
        self._query = query
        self._where = where
        self._encoding = encoding
        self._delimiter = delimiter

    def __repr__(self) -> str:
        return f"QuerySource({self._where!r})"

    def version(self) -> str:
        """Changes with the query or a file that it reads; with its answer where that depends on the day, or on chance."""
        with self._open() as (_, statement, tables):
            told = [self._query, *(one.version() for table in tables for one in table.files)]
        if not statement.lasting:
            told += [str(frame.rows.hash_rows().sum()) for frame in self.frames(_TABLE_ROWS)]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The names of the answer's columns."""
        with self._open() as (connection, _, _):
            return tuple(unique_names(connection.sql(self._query).columns, self._where))

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows of the answer, at most `batch_rows` a frame."""
        first = 1
        with self._open() as (connection, _, _):
            answer = self._as_text(connection.sql(self._query))
            for batch in answer.to_arrow_reader(batch_rows):
                rows = pl.DataFrame(batch)
                rows = rows.select(as_text(column) for column in rows)
                rows = rows.insert_column(0, numbered(first, rows.height))
                yield SourceFrame(rows, no_bad_rows(), rows.height)
                first += rows.height

    def _as_text(self, answer: DuckDBPyRelation) -> DuckDBPyRelation:
        names = unique_names(answer.columns, self._where)
        for name, kind in zip(names, answer.types, strict=True):
            if kind.id in _NESTED:
                raise SettingsError(
                    f"column {name} of the answer holds lists or structs, and a cell is text: take one value out of it",
                    where=self._where, code="wrong_query",
                )  # fmt: skip
        cells = (
            f"{quoted(written)}{'' if str(kind) in _FLOATS else '::varchar'} as {quoted(name)}"
            for written, name, kind in zip(answer.columns, names, answer.types, strict=True)
        )
        return answer.project(", ".join(cells))

    @contextmanager
    def _open(self) -> Iterator[tuple[DuckDBPyConnection, Statement, list[_Table]]]:
        """A database with the query's tables in it, and nothing else of this machine."""
        tables: list[_Table] = []
        with duckdb.connect(":memory:", config=_SETTINGS) as connection:
            try:
                statement = understood(connection, self._query, self._where)
                for name in statement.tables:
                    if files := self._files(name):
                        tables.append(_Table(name, files))
                        connection.register(name, tables[-1])
                connection.execute(_FENCE)
                yield connection, statement, tables
            except RuntimeError as error:
                if "interrupted" in str(error):  # DuckDB's word for Ctrl-C
                    raise KeyboardInterrupt from None
                raise
            except duckdb.Error as error:
                failed = next((table.failed for table in tables if table.failed), None)
                raise failed or refused(error, self._query, self._where, self._named()) from None

    def _named(self) -> list[str]:
        """What a table may be called by; of a bucket nothing, for it may hold any number of files."""
        top = self._folder.matching("*") if isinstance(self._folder, LocalFolder) else ()
        return [name for file in top for name in (file, file.partition(".")[0])]

    def _files(self, name: str) -> list[FileSource]:
        """The files that a table's name stands for; none where it is no path."""
        if not (set(Path(name).suffixes) & _ENDINGS or "/" in name or self._folder.has(name)):
            return self._called(name)
        if Path(name).is_absolute() or os.path.normpath(name).startswith(".."):
            raise SettingsError(
                f"{name!r} is outside of the source's folder: write a path within it", where=self._where, code="wrong_query"
            )  # fmt: skip
        found = [name] if self._folder.has(name) else self._folder.matching(name)
        return [
            FileSource(self._folder, one, encoding=self._encoding, delimiter=self._delimiter) for one in found or [name]
        ]  # fmt: skip

    def _called(self, name: str) -> list[FileSource]:
        """A plain name is the one file that is called so, whatever its ending; none where there is no such file."""
        found = [f"{name}{ending}" for ending in _TABLES if self._folder.has(f"{name}{ending}")]
        if len(found) > 1:
            raise SettingsError(
                f"{name!r} may be {' or '.join(found)}: write which one it is",
                where=self._where,
                code="wrong_query",
            )
        return [
            FileSource(self._folder, one, encoding=self._encoding, delimiter=self._delimiter) for one in found
        ]


@dataclass(slots=True, repr=False)
class _Table:
    """One file, or several with the same columns, as DuckDB reads them: anew for each time that the query names it."""

    name: str
    files: list[FileSource]
    #: What stopped the reading: DuckDB would tell it in its own words, with a traceback.
    failed: LadingError | None = None
    _columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = self.files[0].columns()
        for other in self.files[1:]:
            if odd := set(other.columns()) ^ set(self._columns):
                raise SettingsError(
                    f"{other.where} and {self.files[0].where} do not have the same columns: only one has {', '.join(sorted(odd))}",
                    where=self.name, code="wrong_query",
                )  # fmt: skip

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Arrow's way to hand rows over."""
        schema = pa.schema([(name, pa.large_string()) for name in self._columns])
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema)).__arrow_c_stream__()

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for file in self.files:
                for frame in file.frames(_TABLE_ROWS):
                    _check(file, frame)
                    rows = frame.rows.select(self._columns).to_arrow(compat_level=pl.CompatLevel.oldest())
                    yield from rows.cast(schema).to_batches()
        except LadingError as error:
            self.failed = error
            raise


def _check(file: FileSource, frame: SourceFrame) -> None:
    """A row that cannot be read may belong to anybody, so the query's answer would be wrong in silence."""
    if frame.bad_rows.height:
        row, says = frame.bad_rows.row(0, named=True)[ROW], frame.bad_rows["message"][0]
        raise SettingsError(
            f"row {row:,} cannot be read, and a query cannot do without it: {says}", where=file.where, code="unreadable_file"
        )  # fmt: skip
