"""Files as a source: delimited text, JSON lines and Parquet, packed or not, in a folder of this machine or in a bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.sources import delimited, json_lines, parquet
from lading.sources.decoding import Decoded, open_text
from lading.sources.folders import Folder, LocalFolder
from lading.sources.packing import without_ending
from lading.sources.source import SourceFrame

Kind = Literal["delimited", "json_lines", "parquet"]

#: Ending of a file's name, that of its packing taken off -> how it is read. All else is tried as delimited text.
KINDS: Final[dict[str, Kind]] = {
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".json": "json_lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class FileSource:
    """One file. `name` is its path, relative to the folder."""

    def __init__(
        self, folder: Folder | Path, name: str, *, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        #: What messages call it.
        self.where = name
        self._folder = LocalFolder(folder) if isinstance(folder, Path) else folder
        self._encoding = encoding
        self._delimiter = _checked(delimiter, name)
        self._kind = KINDS.get(Path(without_ending(name)).suffix.lower(), "delimited")

    def __repr__(self) -> str:
        return f"FileSource({self.where!r})"

    def version(self) -> str:
        """Changes with the file's name, size or time of change."""
        told = f"{self.where}\0{self._folder.mark(self.where)}\0{self._encoding}\0{self._delimiter}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The names of the columns, as written."""
        names = self._columns()
        if ROW in names:
            raise SettingsError(
                f"a column is called {ROW!r}, by which rows are numbered here: give it another name",
                where=self.where, code="reserved_column",
            )  # fmt: skip
        return names

    def _columns(self) -> tuple[str, ...]:
        if self._kind == "parquet":
            with self._folder.open(self.where) as file:
                return parquet.columns(file, self.where)
        with self._text() as text:
            if self._kind == "json_lines":
                return json_lines.columns(text, self.where)
            return delimited.header(text, self._delimiter, self.where).names

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows, at most `batch_rows` good ones a frame. Raises SettingsError where the file changes meanwhile."""
        before = self._folder.mark(self.where)
        yield from self._read(batch_rows)
        if self._folder.mark(self.where) != before:
            raise changed(self.where)

    def _read(self, batch_rows: int) -> Iterator[SourceFrame]:
        if self._kind == "parquet":
            with self._folder.open(self.where) as file:
                yield from parquet.frames(file, self.where, batch_rows)
        elif self._kind == "json_lines":
            with self._text() as text:
                yield from json_lines.frames(text, self.columns(), batch_rows)
        else:
            with self._text() as text:
                head = delimited.header(text, self._delimiter, self.where)
            with self._text() as text:
                yield from delimited.frames(text, head, self.where, batch_rows)

    def _text(self) -> Decoded:
        return open_text(self._folder.open(self.where), self._encoding, self.where)


def changed(where: str) -> SettingsError:
    """What is wrong with rows that are no longer those of their file."""
    return SettingsError(
        "the source changed while it was read, so what was read fits neither state of it. Nothing was sent: wait until it is written, "
        "and run this again", where=where, code="source_changing",
    )  # fmt: skip


def _checked(delimiter: str | None, where: str) -> str | None:
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(
        delimiter or "", delimiter
    )
    if named is not None and len(named.encode()) != 1:
        raise SettingsError(
            f"a delimiter is one ASCII character, not {delimiter!r}", where=where, code="bad_delimiter"
        )
    return named
