"""Several files that a pattern stands for, as one source: the same columns in each, one after another by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.sources.files import FileSource, changed
from lading.sources.folders import Folder, LocalFolder, is_pattern
from lading.sources.source import Source, SourceFrame

#: A folder's name that says the value of a column, as Hive and Spark write them: `day=2026-11-20`.
_PARTITION: Final = re.compile(r"(?P<name>[^=/]+)=(?P<value>[^/]*)")


def files_of(
    folder: Folder | Path, path: str, *, encoding: str | None = None, delimiter: str | None = None
) -> Source:
    """One file, or all that a pattern stands for. A file whose name looks like a pattern is that file."""
    folder = LocalFolder(folder) if isinstance(folder, Path) else folder
    if is_pattern(path) and not folder.has(path):
        return ManyFiles(folder, path, encoding=encoding, delimiter=delimiter)
    return FileSource(folder, path, encoding=encoding, delimiter=delimiter)


class ManyFiles:
    """The files that a pattern stands for. Rows are counted on from file to file; folders such as `day=2026-11-20` give a column."""

    def __init__(
        self, folder: Folder, pattern: str, *, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        #: What messages call it.
        self.where = pattern
        self._folder = folder
        self._encoding = encoding
        self._delimiter = delimiter

    def __repr__(self) -> str:
        return f"ManyFiles({self.where!r})"

    def version(self) -> str:
        """Changes when a file comes, goes or changes."""
        return hashlib.sha256("\0".join(one.source.version() for one in self._files()).encode()).hexdigest()[
            :32
        ]

    def columns(self) -> tuple[str, ...]:
        """The names of the columns, as the first file has them, and those that the folders' names give."""
        return self._columns(self._files())

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows, at most `batch_rows` good ones a frame. Raises SettingsError where files come or go meanwhile."""
        files, read = self._files(), 0
        columns = self._columns(files)
        for file in files:
            before = read
            for frame in file.source.frames(batch_rows):
                yield _counted_on(file.completed(frame, columns), before)
                read += frame.read
        if [one.source.where for one in self._files()] != [one.source.where for one in files]:
            raise changed(self.where)

    def _files(self) -> list[_File]:
        names = self._folder.matching(self.where)
        if not names:
            raise SettingsError(
                f"no file fits this pattern in {self._folder}", where=self.where, code="missing_file"
            )
        return [
            _File(FileSource(self._folder, name, encoding=self._encoding, delimiter=self._delimiter), _partitions(name))
            for name in names
        ]  # fmt: skip

    def _columns(self, files: list[_File]) -> tuple[str, ...]:
        first, *others = files
        columns = first.columns()
        for other in others:
            if odd := set(other.columns()) ^ set(columns):
                raise SettingsError(
                    f"{other.source.where} and {first.source.where} do not have the same columns: only one has "
                    f"{', '.join(sorted(odd))}. Give them the same, or narrow the pattern",
                    where=self.where, code="different_columns",
                )  # fmt: skip
        return columns


@dataclass(frozen=True, slots=True)
class _File:
    source: FileSource
    #: What the names of its folders say.
    partitions: dict[str, str]

    def columns(self) -> tuple[str, ...]:
        own = self.source.columns()
        return (*own, *(name for name in self.partitions if name not in own))

    def completed(self, frame: SourceFrame, columns: tuple[str, ...]) -> SourceFrame:
        """The frame with these columns, in this order; a column of the file goes before what a folder says."""
        said = [
            pl.lit(value, pl.String).alias(name)
            for name, value in self.partitions.items()
            if name not in frame.rows.columns
        ]
        rows = frame.rows.with_columns(said).select(ROW, *columns)
        return SourceFrame(rows, frame.bad_rows, frame.read)


def _partitions(name: str) -> dict[str, str]:
    found = (_PARTITION.fullmatch(part) for part in name.split("/")[:-1])
    return {one["name"]: one["value"] for one in found if one}


def _counted_on(frame: SourceFrame, before: int) -> SourceFrame:
    """The frame with its rows counted on from those of the files before."""
    if not before:
        return frame
    number = pl.col(ROW) + before
    return SourceFrame(frame.rows.with_columns(number), frame.bad_rows.with_columns(number), frame.read)
