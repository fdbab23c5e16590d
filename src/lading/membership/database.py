"""DuckDB over Parquet files, in bounded memory: what does not fit goes to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from lading.errors import GaveUp
from lading.membership.disk import disk_full, is_full
from lading.membership.files import make_folder
from lading.model.frames import Schema

#: Measured: a diff of 20 M against 20 M members needs 7.9 s within it, and far less memory only makes it spill.
MEMORY_LIMIT: Final = "1500MB"
#: Every thread needs memory of its own; more of them on a large machine would not fit the limit.
_THREADS: Final = 4
#: Rows that leave the database at a time; they become a row group of the file that is written.
BATCH_ROWS: Final = 65_536

_MARK: Final = "-- name: "


class Database:
    """One in-memory database over files. Statements come by name out of a room's `.sql` file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def let(self, **variables: Any) -> None:
        """Set the variables that statements read with getvariable()."""
        for name, value in variables.items():
            self._connection.execute(f"set variable {name} = $value", {"value": value})

    def run(self, sql: str) -> None:
        """Run one or several statements that answer nothing."""
        self._connection.execute(sql)

    def load(self, table: str, frame: pl.DataFrame) -> None:
        """Make a table out of a small frame."""
        self._connection.register("incoming", frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._connection.execute(f"create or replace temp table {table} as from incoming")
        self._connection.unregister("incoming")

    def know(self, table: str, schema: Schema, *files: Path | None) -> None:
        """A table out of Parquet files, empty where there is none."""
        self.load(table, pl.DataFrame(schema=schema))
        if there := [str(file) for file in files if file]:
            self._connection.execute(f"insert into {table} from read_parquet($1)", [there])

    def number(self, sql: str) -> int:
        """The one number that a query answers."""
        ((found,),) = self._connection.execute(sql).fetchall()
        return int(found or 0)

    def frames(self, sql: str) -> Iterator[pl.DataFrame]:
        """The answer of a query, frame by frame, in its order; never all of it in memory."""
        reader = self._connection.sql(sql).to_arrow_reader(BATCH_ROWS)
        for batch in reader:
            yield pl.DataFrame(batch)


@contextmanager
def open_database(scratch: Path, memory: str | None = None) -> Iterator[Database]:
    """A database that spills what `memory` (else MEMORY_LIMIT) does not hold into a folder of its own under `scratch`, which is gone afterwards."""
    memory = memory or MEMORY_LIMIT
    try:
        make_folder(scratch)
        with tempfile.TemporaryDirectory(prefix="spill-", dir=scratch) as spill:
            settings: dict[str, Any] = {
                "memory_limit": memory,
                "temp_directory": spill,
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
            with duckdb.connect(":memory:", config=settings) as connection:
                # It would be drawn over our own progress, and into the answers of --json.
                connection.execute("set enable_progress_bar = false")
                connection.execute(f"set threads = least({_THREADS}, current_setting('threads'))")
                yield Database(connection)
    except (duckdb.Error, OSError) as error:
        if is_full(error):
            raise disk_full(scratch) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise GaveUp(
                f"{memory} of memory did not do for this many people. Tell us the size of your source",
                where=str(scratch),
                code="out_of_memory",
            ) from error
        raise


@cache
def statements(room: str, file: str) -> Mapping[str, str]:
    """The named statements of `room`'s SQL file: `-- name: x` starts each, and comments say what it is for."""
    text = resources(room).joinpath("sql", file).read_text(encoding="utf-8")
    parts = text.split(_MARK)[1:]
    return {name.strip(): body for name, _, body in (part.partition("\n") for part in parts)}
