"""Immutable files: written whole, flushed and renamed before anybody can name them.

A file counts only when a committed row of the ledger names it with its sha256. Until then, and after that row is gone, it
is garbage: nothing reads it, and `sweep` takes it away a day later.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from lading.crashpoints import DATASET_FILES, FILES, reach
from lading.errors import BooksUnbalanced, Bug
from lading.membership.disk import disk_full, flush, is_full
from lading.model.frames import ROW, Schema, conform
from lading.model.identifiers import IDENTIFIERS, STRONG

#: How long a file that nobody names is left alone: its run may be about to commit it.
KEEP_UNNAMED: Final = timedelta(days=1)

#: zstd takes half of the bytes of hex text away at nearly the speed of not compressing.
_COMPRESSION: Final = {"compression": "zstd", "compression_level": 1}
#: Columns whose values are nearly all different: a dictionary of them is built and then thrown away.
_SELDOM_TWICE: Final = frozenset({ROW, "external_id", "fingerprint", *STRONG})
#: Plain Arrow text, which every reader of Parquet knows.
_OLDEST: Final = pl.CompatLevel.oldest()


class Named(Protocol):
    """What identifies a file: any room's value with these two."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...


class FileLike(Named, Protocol):
    """What the ledger knows of a file: any room's value with these four."""

    @property
    def bytes(self) -> int: ...
    @property
    def rows(self) -> int: ...


@dataclass(frozen=True, slots=True)
class FileRef:
    """One immutable file. `name` is relative to the folder of its run or target, so that a home can be moved."""

    name: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class NamedDigest:
    """Enough of a file to verify it by."""

    name: str
    sha256: str


class Stream:
    """A file that is being written. `file` is its reference, once `open_parquet` has closed it."""

    def __init__(self, writer: pq.ParquetWriter, schema: Schema) -> None:
        self._writer = writer
        self._schema = schema
        self._file: FileRef | None = None

    def write(self, frame: pl.DataFrame) -> None:
        """Add a frame as a row group of its own. Its columns are brought into the schema's order and types."""
        if frame.height:
            table = conform(frame, self._schema).to_arrow(compat_level=_OLDEST)
            self._writer.write_table(table.cast(self._writer.schema))

    @property
    def file(self) -> FileRef:
        """The file, whole and flushed."""
        if self._file is None:
            raise Bug("a file was asked for before it was closed")
        return self._file

    def seal(self, file: FileRef) -> None:
        """Nothing more is written."""
        self._file = file


@contextmanager
def open_parquet(folder: Path, stem: str, schema: Schema) -> Iterator[Stream]:
    """Write `folder/stem-<unique>.parquet` frame by frame. It is there, flushed, when the block ends; never in part.

    Raises GaveUp when the disk is full; nothing is left behind then.
    """
    path = folder / f"{stem}-{secrets.token_hex(6)}.parquet"
    draft = path.with_name(f"{path.name}.tmp")
    try:
        make_folder(folder)
        with pq.ParquetWriter(draft, _arrow(schema), **_COMPRESSION, **_layout(schema)) as writer:
            stream = Stream(writer, schema)
            yield stream
        stream.seal(keep(draft, path, stem.partition("-")[0], pq.read_metadata(draft).num_rows))
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, Exception) and is_full(error):
            raise disk_full(folder) from error
        raise


def write_parquet(
    folder: Path, stem: str, frames: pl.DataFrame | Iterable[pl.DataFrame], schema: Schema
) -> FileRef:
    """Keep the frames, one after another, as one file: `open_parquet` for those who have them all at hand."""
    with open_parquet(folder, stem, schema) as stream:
        for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
            stream.write(frame)
    return stream.file


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing, each flushed: a file is lost with the folder that it lies in."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def verify(folder: Path, file: Named) -> Path:
    """The path of a file, once it is seen to be what was written. Raises BooksUnbalanced where it is not."""
    path = folder / file.name
    try:
        whole = sha256_of(path) == file.sha256
    except FileNotFoundError:
        whole = False
    if not whole:
        raise BooksUnbalanced(
            "this file is missing or not as it was written, so nothing was sent from it. "
            "Bring it back from a backup (`lading restore`)",
            where=str(path),
            code="file_damaged",
        )
    return path


def sweep(folder: Path, named: Collection[str], now: datetime) -> tuple[str, ...]:
    """Remove the files of a folder that no committed row names and that are older than a day; returns their names.

    `now` is the machine's own time, since that is what stamps files; not a clock that a test or a sandbox moves.
    """
    oldest = (now.astimezone(UTC) - KEEP_UNNAMED).timestamp()
    garbage = [
        path
        for path in sorted(folder.glob("*.parquet*"))
        if path.name not in named and path.stat().st_mtime < oldest
    ]
    for path in garbage:
        path.unlink(missing_ok=True)
    return tuple(path.name for path in garbage)


def keep(draft: Path, path: Path, kind: str, rows: int) -> FileRef:
    """Flush a whole file, give it its name, and flush that too. `kind` names its crash points."""
    kind = kind if kind in (*FILES, *DATASET_FILES) else "membership"
    reach(f"{kind}.after_write")
    flush(draft)
    reach(f"{kind}.after_fsync")
    file = FileRef(path.name, sha256_of(draft), draft.stat().st_size, rows)
    draft.rename(path)
    reach(f"{kind}.after_rename")
    flush(path.parent)
    reach(f"{kind}.after_folder_fsync")
    return file


def _layout(schema: Schema) -> dict[str, list[str]]:
    """The columns of which a dictionary and the least and greatest value are worth their time."""
    nested = [f"sets.list.element.{name}" for name in IDENTIFIERS] if "sets" in schema else []
    columns = [name for name in schema if name != "sets"] + nested
    return {
        "use_dictionary": [name for name in columns if name.rpartition(".")[2] not in _SELDOM_TWICE],
        "write_statistics": [name for name in columns if name.rpartition(".")[2] not in IDENTIFIERS],
    }


def _arrow(schema: Schema) -> pa.Schema:
    return pl.DataFrame(schema=schema).to_arrow(compat_level=_OLDEST).schema


def sha256_of(path: Path) -> str:
    """The digest of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
