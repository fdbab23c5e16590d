"""Parquet as frames, every value as text.

Columns of lists and structs are left out, but for those that would be taken for an identifier: of these the rows are told that
hold something (the finding nested_value), since nobody else would miss them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as arrow_parquet

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.prepare.mapping import usual_fields
from lading.sources.delimited import unique_names
from lading.sources.source import SourceFrame, no_bad_rows

#: Above this a float no longer tells two whole numbers apart.
_WHOLE_FLOATS: Final = 2**53

#: Bytes of a column that are read at a time, instead of all that a row group has of it.
_READ_AHEAD: Final = 1 << 20


#: What stands for the lists and structs of a row. It is one itself, so that prepare sends nothing of it, and says so.
_SOMETHING: Final = '["..."]'


def columns(file: BinaryIO, where: str) -> tuple[str, ...]:
    """The names of the columns that are read."""
    with _opened(file, where) as opened:
        return _read(opened, where)


def frames(file: BinaryIO, where: str, batch_rows: int) -> Iterator[SourceFrame]:
    """The rows of a file, `batch_rows` a frame; none where it has only columns."""
    first = 1
    with _opened(file, where) as opened:
        for batch in opened.iter_batches(batch_size=batch_rows, columns=list(_read(opened, where))):
            rows = pl.DataFrame(pl.from_arrow(batch))
            rows = rows.select(as_text(column) for column in rows)
            yield SourceFrame(rows.insert_column(0, numbered(first, rows.height)), no_bad_rows(), rows.height)
            first += rows.height


def _read(file: arrow_parquet.ParquetFile, where: str) -> tuple[str, ...]:
    nested = [one.name for one in file.schema_arrow if pa.types.is_nested(one.type)]
    missed = usual_fields(nested)
    kept = [name for name in file.schema_arrow.names if name in missed or name not in nested]
    return tuple(unique_names(kept, where))


def numbered(first: int, count: int) -> pl.Series:
    return pl.int_range(first, first + count, dtype=pl.UInt64, eager=True).alias(ROW)


def _opened(file: BinaryIO, where: str) -> arrow_parquet.ParquetFile:
    # A file of this machine is read by its name, without Python in between. Unless told otherwise, the reader keeps all that it
    # has read of a file until the file is closed.
    readable = file.name if isinstance(file, io.BufferedReader) else file
    try:
        return arrow_parquet.ParquetFile(readable, pre_buffer=False, buffer_size=_READ_AHEAD)
    except (pa.ArrowInvalid, OSError):
        raise SettingsError(
            "this is no Parquet file, or it is damaged", where=where, code="damaged_file"
        ) from None


def as_text(column: pl.Series) -> pl.Expr:
    """The column as text; whole numbers that were stored as floats or decimals lose their zeros behind the point."""
    value = pl.col(column.name)
    if column.dtype.is_nested():
        return pl.when(value.is_not_null()).then(pl.lit(_SOMETHING)).alias(column.name)
    if column.dtype == pl.Binary:
        read = [None if one is None else one.decode("utf-8", "replace") for one in column]
        return pl.lit(pl.Series(column.name, read, dtype=pl.String))
    if column.dtype == pl.Duration:
        return value.dt.to_string("iso")
    if column.dtype.is_decimal():
        return value.cast(pl.String).str.replace(r"\.0+$", "")
    if column.dtype.is_float():
        whole = (value == value.floor()) & (value.abs() < _WHOLE_FLOATS)
        number = value.fill_nan(None)
        return (
            pl.when(whole)
            .then(number.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(number.cast(pl.String))
        )
    return value.cast(pl.String)
