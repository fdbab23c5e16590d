"""Rows of a dataset held against what was sent of it: digests of periods, and the memory of row keys. DuckDB, on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.database import Database, open_database, statements
from lading.membership.files import FileLike, FileRef, verify, write_parquet
from lading.model.frames import Schema

#: Keys are the first 16 bytes of a SHA-256 over the home's secret and the key's values: nobody reads an order's number in them.
KEYS: Final[Schema] = {"key": pl.Binary()}
#: Rows that are left out one by one, by the number of the row, with the reason.
LEFT: Final[Schema] = {"__row": pl.UInt64(), "outcome": pl.String()}
#: Periods of the source with what becomes of their rows.
PERIODS: Final[Schema] = {
    "start": pl.String(), "rows": pl.Int64(), "digest": pl.String(), "outcome": pl.String(), "before": pl.Int64(),
}  # fmt: skip

#: A run of any size stays within a gibibyte; what does not fit is spilled.
_MEMORY: Final = "600MB"
#: More files of keys than that become one.
_MOST_FILES: Final = 8


@dataclass(frozen=True, slots=True)
class PeriodRows:
    """What was read of one period."""

    start: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """Rows whose key was never sent: their keys, who is left out, and their periods."""

    keys: FileRef
    left: FileRef
    #: Rows left out, by reason.
    counts: dict[str, int]
    periods: tuple[PeriodRows, ...]


def periods_of(rows: Path, columns: Sequence[str], scratch: Path) -> tuple[PeriodRows, ...]:
    """How many rows of each period a rows file has, and their digest over these columns; `start` is "" for a table."""
    with _open(scratch) as database:
        return _periods(database, _sql("periods", rows, columns))


def fresh_rows(rows: Path, key: Sequence[str], known: Sequence[Path], secret: str, folder: Path) -> Fresh:
    """Hold the rows against the keys that were sent (`known` files), and keep in `folder` what came of it."""
    with _open(folder) as database:
        database.let(secret=secret)
        database.know("known", KEYS, *known)
        database.run(_sql("keyed", rows, key))
        database.run(_sql("judged", rows, key))
        left = write_parquet(folder, "left", database.frames(_sql("left", rows, key)), LEFT)
        keys = write_parquet(folder, "keys", database.frames(_sql("fresh_keys", rows, key)), KEYS)
        found = _periods(database, _sql("fresh_periods", rows, key))
    counted = pl.scan_parquet(folder / left.name).group_by("outcome").len().sort("outcome").collect()
    return Fresh(keys, left, dict(counted.iter_rows()), found)


def without_left(rows: Path, left: Path, scratch: Path) -> Iterator[pl.DataFrame]:
    """The rows in their order but for those that are left out, a few at a time."""
    with _open(scratch) as database:
        database.know("left_rows", LEFT, left)
        yield from database.frames(_sql("without_left", rows, ()))


def remember(folder: Path, known: Sequence[FileLike], source: Path) -> tuple[FileLike, ...]:
    """The files of keys after an upload: the known ones in `folder` and the keys in `source`; of too many one is made."""
    merged = known if len(known) >= _MOST_FILES else ()
    frames = pl.concat([pl.scan_parquet(source), *(pl.scan_parquet(verify(folder, one)) for one in merged)])
    fresh = write_parquet(folder, "keys", _slices(frames), KEYS)
    return (fresh,) if merged else (*known, fresh)


def _slices(frames: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    yield from frames.collect_batches(chunk_size=1_000_000, maintain_order=True)


@contextmanager
def _open(scratch: Path) -> Iterator[Database]:
    with open_database(scratch, _MEMORY) as database:
        # Moments are written out to be digested: always in the same zone.
        database.run("set TimeZone = 'UTC'")
        yield database


def _sql(name: str, rows: Path, columns: Sequence[str]) -> str:
    table = "read_parquet('" + str(rows).replace("'", "''") + "')"
    cells = [f"""coalesce(cast("{column}" as varchar), chr(1))""" for column in columns]
    return statements("lading.membership", "rows.sql")[name].format(
        table=table, text=" || chr(31) || ".join(cells)
    )


def _periods(database: Database, sql: str) -> tuple[PeriodRows, ...]:
    return tuple(PeriodRows(*row) for frame in database.frames(sql) for row in frame.iter_rows())
