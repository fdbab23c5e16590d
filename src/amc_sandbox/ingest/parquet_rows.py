"""Parquet, in batches; a file in another compression is unpacked to disk first."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from amc_sandbox.aws.shelf import Object
from amc_sandbox.ingest.packing import File, files
from amc_sandbox.ingest.refused import Refused, refuse_twice
from amc_sandbox.ingest.specs import Compression

_MARK: Final = b"PAR1"
_BATCH: Final = 65_536
#: How Parquet names the codec of a compressionFormat.
_CODECS: Final = {"GZIP": {"GZIP"}, "SNAPPY": {"SNAPPY"}}


def rows(one: Object, compression: Compression) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    """Each file of the object, and its batches in the types that they are stored in."""
    with one.path.open("rb") as file:
        plain = file.read(len(_MARK)) == _MARK
    if plain and compression != "NONE":
        _check_codec(one, compression)
    if plain:
        yield one.url, _batches(one.path, one.url)
        return
    for inner in files(one, compression):
        yield inner.name, _unpacked(inner)


def _check_codec(one: Object, compression: Compression) -> None:
    """What is in a Parquet file says itself how it is compressed; it must be what the upload says."""
    with _opened(one.path, one.url) as file:
        groups = (file.metadata.row_group(index) for index in range(file.metadata.num_row_groups))
        used = {group.column(0).compression for group in groups if group.num_columns}
    if used - _CODECS.get(compression, set()):
        raise Refused(f"'{one.url}' is not compressed with {compression}")


def _unpacked(inner: File) -> Iterator[pl.DataFrame]:
    with tempfile.NamedTemporaryFile() as whole:
        shutil.copyfileobj(inner.stream, whole, 1 << 20)
        whole.flush()
        yield from _batches(Path(whole.name), inner.name)


def _batches(path: Path, name: str) -> Iterator[pl.DataFrame]:
    with _opened(path, name) as file:
        refuse_twice(file.schema_arrow.names, name)
        try:
            for batch in file.iter_batches(_BATCH, use_threads=False):
                yield cast("pl.DataFrame", pl.from_arrow(batch))
        except (pa.ArrowException, OSError):
            raise Refused(f"'{name}' is a damaged Parquet file") from None


def _opened(path: Path, name: str) -> parquet.ParquetFile:
    try:
        return parquet.ParquetFile(path, buffer_size=1 << 20)
    except (pa.ArrowException, OSError):
        raise Refused(f"'{name}' is not a Parquet file") from None
