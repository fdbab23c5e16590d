"""Parquet as frames, every value as text; columns of lists and structs are left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as arrow_parquet

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.sources.delimited import unique_names
from lading.sources.source import SourceFrame, no_bad_rows

#: Above this a float no longer tells two whole numbers apart.
_WHOLE_FLOATS: Final = 2**53

#: Bytes of a column that are read at a time, instead of all that a row group has of it.
_READ_AHEAD: Final = 1 << 20


def columns(path: Path, where: str) -> tuple[str, ...]:
    """The names of the columns that hold plain values."""
    with _opened(path, where) as file:
        fields = [one for one in file.schema_arrow if not pa.types.is_nested(one.type)]
    return tuple(unique_names([one.name for one in fields], where))


def frames(path: Path, where: str, batch_rows: int) -> Iterator[SourceFrame]:
    """The rows of a file, `batch_rows` a frame. Raises SettingsError where there are none."""
    names = list(columns(path, where))
    first = 1
    with _opened(path, where) as file:
        if not file.metadata.num_rows:
            raise SettingsError("the file has columns and no rows", where=where, code="no_rows")
        for batch in file.iter_batches(batch_size=batch_rows, columns=names):
            read = pl.DataFrame(pl.from_arrow(batch))
            rows = read.select(as_text(column) for column in read)
            yield SourceFrame(rows.insert_column(0, numbered(first, rows.height)), no_bad_rows(), rows.height)
            first += rows.height


def numbered(first: int, count: int) -> pl.Series:
    return pl.int_range(first, first + count, dtype=pl.UInt64, eager=True).alias(ROW)


def _opened(path: Path, where: str) -> arrow_parquet.ParquetFile:
    # Unless told otherwise, the reader keeps all that it has read of a file until the file is closed.
    try:
        return arrow_parquet.ParquetFile(path, pre_buffer=False, buffer_size=_READ_AHEAD)
    except (pa.ArrowInvalid, OSError):
        raise SettingsError(
            "this is no Parquet file, or it is damaged", where=where, code="damaged_file"
        ) from None


def as_text(column: pl.Series) -> pl.Expr:
    """The column as text; whole numbers that were stored as floats lose their `.0`."""
    value = pl.col(column.name)
    if column.dtype.is_float():
        whole = (value == value.floor()) & (value.abs() < _WHOLE_FLOATS)
        number = value.fill_nan(None)
        return (
            pl.when(whole)
            .then(number.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(number.cast(pl.String))
        )
    return value.cast(pl.String)
