"""Files as a source: delimited text, JSON lines and Parquet, packed by gzip, bzip2 or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.sources import delimited, json_lines, parquet
from lading.sources.decoding import Decoded, open_text
from lading.sources.source import SourceFrame

Kind = Literal["delimited", "json_lines", "parquet"]

#: Ending of a file's name, `.gz` or `.bz2` taken off -> how it is read. All else is tried as delimited text.
KINDS: Final[dict[str, Kind]] = {
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".json": "json_lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class FileSource:
    """One file. `pattern` is its path, relative to `root`."""

    def __init__(
        self, root: Path, pattern: str, *, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        #: What messages call it.
        self.where = pattern
        self._path = root / pattern
        self._encoding = encoding
        self._delimiter = _checked(delimiter, pattern)
        self._kind = KINDS.get(
            Path(pattern.removesuffix(".gz").removesuffix(".bz2")).suffix.lower(), "delimited"
        )

    def __repr__(self) -> str:
        return f"FileSource({self.where!r})"

    def version(self) -> str:
        """Changes with the file's name, size or time of change."""
        status = self._existing().stat()
        told = f"{self.where}\0{status.st_size}\0{status.st_mtime_ns}\0{self._encoding}\0{self._delimiter}"
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
            return parquet.columns(self._existing(), self.where)
        with self._text() as text:
            if self._kind == "json_lines":
                return json_lines.columns(text, self.where)
            return delimited.header(text, self._delimiter, self.where).names

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows, at most `batch_rows` good ones a frame."""
        if self._kind == "parquet":
            yield from parquet.frames(self._existing(), self.where, batch_rows)
        elif self._kind == "json_lines":
            with self._text() as text:
                yield from json_lines.frames(text, self.columns(), batch_rows)
        else:
            with self._text() as text:
                head = delimited.header(text, self._delimiter, self.where)
            with self._text() as text:
                yield from delimited.frames(text, head, self.where, batch_rows)

    def _text(self) -> Decoded:
        return open_text(self._existing(), self._encoding, self.where)

    def _existing(self) -> Path:
        """The path, if a file that we may read is there."""
        if self._path.is_file():
            return self._path
        if self._path.is_dir():
            raise SettingsError("this is a folder, not a file", where=str(self._path), code="not_a_file")
        raise SettingsError(
            f"there is no such file{_near(self._path)}", where=str(self._path), code="missing_file"
        )


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"; the folder {path.parent} does not exist either"
    near = get_close_matches(path.name, [one.name for one in path.parent.iterdir()], n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _checked(delimiter: str | None, where: str) -> str | None:
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(
        delimiter or "", delimiter
    )
    if named is not None and len(named.encode()) != 1:
        raise SettingsError(
            f"a delimiter is one ASCII character, not {delimiter!r}", where=where, code="bad_delimiter"
        )
    return named
