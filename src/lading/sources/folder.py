"""Several files of a folder as one source: those that a pattern such as `purchases/*.csv` names, in the order of their names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.sources.files import FileSource
from lading.sources.source import Source, SourceFrame

_SIGNS: Final = frozenset("*?[")


def files_of(root: Path, path: str, *, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """The file of that path, or those that it names as a pattern."""
    if not _SIGNS.intersection(path) or (root / path).is_file():
        return FileSource(root, path, encoding=encoding, delimiter=delimiter)
    return FolderSource(root, path, encoding=encoding, delimiter=delimiter)


class FolderSource:
    """Files with the same columns, read one after another. Their rows are numbered through."""

    def __init__(
        self, root: Path, pattern: str, *, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        #: What messages call it.
        self.where = pattern
        self._root = root
        self._encoding = encoding
        self._delimiter = delimiter

    def __repr__(self) -> str:
        return f"FolderSource({self.where!r})"

    def version(self) -> str:
        """Changes with any of the files, and when one comes or goes."""
        told = "\0".join(file.version() for file in self._files())
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The names of the columns, as the first file has them."""
        first, *others = self._files()
        names = first.columns()
        for other in others:
            if odd := set(names) ^ set(other.columns()):
                raise SettingsError(
                    f"{other.where} and {first.where} do not have the same columns: only one has {', '.join(sorted(odd))}",
                    where=self.where, code="different_columns",
                )  # fmt: skip
        return names

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows of all files, at most `batch_rows` good ones a frame."""
        names, before = self.columns(), 0
        for file in self._files():
            read = 0
            for frame in file.frames(batch_rows):
                shifted = pl.col(ROW) + pl.lit(before, pl.UInt64)
                yield SourceFrame(
                    frame.rows.select(shifted, *names), frame.bad_rows.with_columns(shifted), frame.read
                )
                read += frame.read
            before += read

    def _files(self) -> list[FileSource]:
        if Path(self.where).is_absolute():
            raise SettingsError(
                "is no pattern within the source's folder: write it relative to root:", where=self.where, code="missing_file"
            )  # fmt: skip
        found = sorted(
            str(path.relative_to(self._root)) for path in self._root.glob(self.where) if path.is_file()
        )
        if not found:
            raise SettingsError(
                f"no file fits this pattern in {self._root}", where=self.where, code="missing_file"
            )
        return [
            FileSource(self._root, one, encoding=self._encoding, delimiter=self._delimiter) for one in found
        ]
