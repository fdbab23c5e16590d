"""The formats of upload files. Each encodes some rows, and writes what it encoded to a file that knows how large it can get."""

from __future__ import annotations

import bz2
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from isal import isal_zlib

from lading.destinations.upload_text import csv_header, csv_lines, json_lines
from lading.settings.dataset_files import Compression, CsvFormat
from lading.settings.datasets import DatasetTarget

#: What a compressor may hold back, in bytes of what went in: isal 128 KiB, bzip2 a block of 900 kB.
_HELD: Final = 2_000_000

#: More than enough for what Parquet keeps of a column of a row group at the end of the file, in bytes.
_FOOTER: Final = 1_000

_ENDINGS: Final[dict[Compression, str]] = {"gzip": ".gz", "bzip": ".bz2", "none": ""}
_OLDEST: Final = pl.CompatLevel.oldest()


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """Some rows, encoded."""

    content: Any
    #: How many bytes it takes in a file at most.
    bytes: int
    rows: int


class UploadFile(Protocol):
    """A file that is being written."""

    def most(self) -> int:
        """How many bytes it has at most, if it ends here."""

    def write(self, piece: Piece) -> None:
        """Add some rows."""

    def close(self) -> None:
        """Nothing more is written."""


class Form(Protocol):
    """How rows become files of a format."""

    #: Of the files' names.
    ending: str

    def encode(self, rows: pl.DataFrame) -> Piece:
        """Rows as the files take them."""

    def open(self, path: Path) -> UploadFile:
        """A new file."""


def form_of(target: DatasetTarget) -> Form:
    """The format and compression that a dataset is uploaded in."""
    if target.format == "parquet":
        return _Parquet(target.file_compression)
    if target.format == "json":
        return _Text(".json", target.file_compression, b"", json_lines)
    csv = target.csv or CsvFormat()
    header = csv_header(list(target.columns), csv)
    return _Text(".csv", target.file_compression, header, partial(csv_lines, form=csv))


class _Text:
    """Lines, compressed as one stream."""

    def __init__(
        self, ending: str, compression: Compression, head: bytes, lines: Callable[[pl.DataFrame], bytes]
    ) -> None:
        self.ending = ending + _ENDINGS[compression]
        self._compression = compression
        self._head = head
        self._lines = lines

    def encode(self, rows: pl.DataFrame) -> Piece:
        lines = self._lines(rows)
        return Piece(lines, len(lines), rows.height)

    def open(self, path: Path) -> UploadFile:
        return _TextFile(path, self._compression, self._head)


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _AsIs:
    """A compressor that is none."""

    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def _gzip() -> _Compressor:
    """Level 1 of isal: higher ones cost much time and gain little. The header has no time in it."""
    compressor: _Compressor = isal_zlib.compressobj(level=1, wbits=31)
    return compressor


_COMPRESSORS: Final[dict[Compression, Callable[[], _Compressor]]] = {
    "gzip": _gzip, "bzip": bz2.BZ2Compressor, "none": _AsIs,
}  # fmt: skip


class _TextFile:
    def __init__(self, path: Path, compression: Compression, head: bytes) -> None:
        self._file = path.open("wb")
        self._compressor = _COMPRESSORS[compression]()
        self._fed = 0
        self._put(head)

    def most(self) -> int:
        return self._file.tell() + min(self._fed, _HELD)

    def write(self, piece: Piece) -> None:
        self._put(piece.content)

    def close(self) -> None:
        self._file.write(self._compressor.flush())
        self._file.close()

    def _put(self, data: bytes) -> None:
        self._fed += len(data)
        self._file.write(self._compressor.compress(data))


class _Parquet:
    """Row groups, each column compressed on its own."""

    ending = ".parquet"

    def __init__(self, compression: Compression) -> None:
        self._compression = compression
        self._schema: pa.Schema | None = None

    def encode(self, rows: pl.DataFrame) -> Piece:
        table = rows.to_arrow(compat_level=_OLDEST)
        self._schema = table.schema
        return Piece(table, table.nbytes + _FOOTER * table.num_columns, table.num_rows)

    def open(self, path: Path) -> UploadFile:
        return _ParquetFile(path, self._compression, self._schema)


class _ParquetFile:
    def __init__(self, path: Path, compression: Compression, schema: pa.Schema | None) -> None:
        self._file = path.open("wb")
        self._writer = pq.ParquetWriter(self._file, schema, compression=compression)
        self._footer = _FOOTER

    def most(self) -> int:
        return self._file.tell() + self._footer

    def write(self, piece: Piece) -> None:
        self._writer.write_table(piece.content, row_group_size=piece.rows)
        self._footer += _FOOTER * piece.content.num_columns

    def close(self) -> None:
        self._writer.close()
        self._file.close()
