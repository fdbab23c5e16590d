"""Rows of a dataset as the files that are uploaded: cut by size, with the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from lading.membership.disk import disk_full, is_full
from lading.membership.files import FileRef, keep, make_folder
from lading.service.datasets.upload_formats import Form, Piece, UploadFile, form_of
from lading.settings.datasets import DatasetTarget

#: Bytes of a file as it is uploaded, compressed. Amazon advises against more than 1 GB, and its own uploader cuts here.
MAX_BYTES: Final = 500 * 1000 * 1000

#: Rows that are written at a time: as many as make so many cells, within bounds. It must not depend on how rows come in.
_CELLS: Final = 1_000_000
_FEWEST, _MOST = 1_000, 100_000

#: A piece is at most this share of a file, so that files are nearly as large as they may be.
_SHARE: Final = 8


def frames_of(rows: Path, chosen: pl.Expr | None = None) -> Iterator[pl.DataFrame]:
    """The rows of a rows file, a few at a time and in its order, or the `chosen` ones of them."""
    with pq.ParquetFile(rows, pre_buffer=False, buffer_size=1 << 20) as file:
        for batch in file.iter_batches(batch_size=_MOST):
            frame = pl.DataFrame(pl.from_arrow(batch))
            yield frame if chosen is None else frame.filter(chosen)


def write_upload_files(
    frames: Iterable[pl.DataFrame], target: DatasetTarget, folder: Path, max_bytes: int = MAX_BYTES
) -> tuple[FileRef, ...]:
    """Write rows (`frames_of`) to `folder` as files of at most `max_bytes`: `part-00001.csv.gz` and so on, none for no rows.

    Equal rows make equal files, however they are cut into frames. Each file is whole and flushed; files of an earlier attempt
    are replaced. Raises GaveUp when the disk is full.
    """
    make_folder(folder)
    for earlier in folder.glob("part-*"):
        earlier.unlink()
    columns = list(target.columns)
    count = max(_FEWEST, min(_MOST, _CELLS // len(columns)))
    files = _Files(folder, form_of(target), max_bytes)
    try:
        for rows in _evenly((frame.select(columns) for frame in frames), count):
            files.add(rows)
        files.end()
    except BaseException as error:
        files.drop()
        if isinstance(error, Exception) and is_full(error):
            raise disk_full(folder) from error
        raise
    return tuple(files.done)


def _evenly(frames: Iterable[pl.DataFrame], count: int) -> Iterator[pl.DataFrame]:
    """The same rows, `count` a frame."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(part.height for part in held) < count:
            continue
        whole = pl.concat(held)
        for start in range(0, whole.height - count + 1, count):
            yield whole.slice(start, count)
        held = [whole.tail(whole.height % count)]
    if any(part.height for part in held):
        yield pl.concat(held)


@dataclass(slots=True)
class _Files:
    """The files of one upload, written one after another."""

    folder: Path
    form: Form
    max_bytes: int
    done: list[FileRef] = field(default_factory=list)
    _file: UploadFile | None = None
    _rows: int = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Write rows, in halves if they make too large a piece of a file."""
        piece = self.form.encode(rows)
        if piece.bytes * _SHARE > self.max_bytes and rows.height > 1:
            half = (rows.height + 1) // 2
            self.add(rows.head(half))
            self.add(rows.tail(rows.height - half))
            return
        self._write(piece)

    def end(self) -> None:
        """Close the file that is being written, if there is one, and give it its name."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self.done.append(keep(self._draft, self._path, "upload", self._rows))

    def drop(self) -> None:
        """Leave the file that is being written."""
        if self._file is not None:
            with suppress(OSError):  # the disk may be full
                self._file.close()
        self._draft.unlink(missing_ok=True)

    def _write(self, piece: Piece) -> None:
        if self._file is not None and self._file.most() + piece.bytes > self.max_bytes:
            self.end()
        if self._file is None:
            self._file, self._rows = self.form.open(self._draft), 0
        self._file.write(piece)
        self._rows += piece.rows

    @property
    def _path(self) -> Path:
        """Names that sort as the rows do; Amazon reads none that begins with a dot or _."""
        return self.folder / f"part-{len(self.done) + 1:05}{self.form.ending}"

    @property
    def _draft(self) -> Path:
        return self._path.with_name(f"{self._path.name}.tmp")
