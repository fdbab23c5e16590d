"""Rows of a dataset as the files that are uploaded: cut by size, with the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.files import FileRef
from lading.settings.datasets import DatasetTarget

#: Bytes of a file as it is uploaded, compressed. Amazon advises against more than 1 GB, and its own uploader cuts here.
MAX_BYTES: Final = 500 * 1000 * 1000


def frames_of(rows: Path, chosen: pl.Expr | None = None) -> Iterator[pl.DataFrame]:
    """The rows of a rows file, a few at a time and in its order, or the `chosen` ones of them."""
    raise NotImplementedError(rows, chosen)


def write_upload_files(
    frames: Iterable[pl.DataFrame], target: DatasetTarget, folder: Path, max_bytes: int = MAX_BYTES
) -> tuple[FileRef, ...]:
    """Write rows (`frames_of`) to `folder` as files of at most `max_bytes`: `part-00001.csv.gz` and so on, none for no rows.

    Equal rows make equal files, however they are cut into frames. Each file is whole and flushed; a file of the same name is
    replaced. Raises GaveUp when the disk is full.
    """
    raise NotImplementedError(frames, target, folder, max_bytes)
