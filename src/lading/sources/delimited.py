"""Delimited text (CSV, TSV) as frames, by pyarrow's streaming reader; every cell stays the text that it is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from lading.errors import SettingsError
from lading.model.frames import REJECTIONS, ROW
from lading.sources.source import SourceFrame

if TYPE_CHECKING:
    from lading.sources.decoding import Decoded

DELIMITERS: Final = (",", ";", "\t", "|")

#: A row, and so a quoted cell, has to fit into one block.
BLOCK_BYTES: Final = 8 << 20
#: No name of a column looks like this.
_EMAIL: Final = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_HEAD_BYTES: Final = 1 << 16
#: So many rows with a wrong number of cells and not one good between them: the delimiter is wrong, not the rows.
_HOPELESS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file: its columns and what parts them."""

    names: tuple[str, ...]
    delimiter: str


def header(text: Decoded, delimiter: str | None, where: str) -> Header:
    """The header, with the delimiter found among `, ; tab |` unless given. Raises SettingsError where it is unfit."""
    head = text.read(_HEAD_BYTES).decode("utf-8", "ignore").lstrip("\r\n")
    if not head.strip():
        raise SettingsError(
            "the file is empty; it needs a header and at least one row", where=where, code="empty_file"
        )
    delimiter = delimiter or _sniffed(head)
    cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    if any(_EMAIL.search(cell) for cell in cells):  # and names of columns are shown, kept and sent
        raise SettingsError(
            "an e-mail address stands where the name of a column belongs: the file has no header. Write one as its first line",
            where=f"{where}:1", code="no_header",
        )  # fmt: skip
    return Header(tuple(unique_names(cells, where)), delimiter)


def unique_names(cells: Sequence[str], where: str) -> list[str]:
    """The names of columns, trimmed; blank ones are numbered. Raises SettingsError where one occurs twice."""
    names = [cell.strip() or f"column_{number}" for number, cell in enumerate(cells, start=1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(
            f"the header names {', '.join(map(repr, twice))} more than once; give each column its own name",
            where=f"{where}:1", code="duplicate_column",
        )  # fmt: skip
    return names


def _sniffed(head: str) -> str:
    first = next(csv.reader(io.StringIO(head, newline=""), delimiter="\x1f"), [""])[0]
    outside = "".join(
        part for number, part in enumerate(head[: len(first) + 2].split('"')) if number % 2 == 0
    )
    line = outside.splitlines()[0] if outside.strip() else first
    return max(DELIMITERS, key=line.count)


@dataclass(slots=True, repr=False)
class _Rows:
    """The rows of one reading: which number the next one has, and which were bad."""

    where: str
    next_row: int = 1
    bad: list[tuple[int, int, int]] = field(default_factory=list)
    quoted_tail: bool = False

    def refuse(self, row: Any) -> str:  # pyarrow's InvalidRow
        self.bad.append((row.number - 1, row.actual_columns, row.expected_columns))
        self.quoted_tail = "\n" in row.text
        return "skip" if len(self.bad) <= _HOPELESS else "error"

    def number(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The batch with the number of each row, numbers of bad rows left out."""
        taken = [row for row, _, _ in self.bad]
        numbers = pl.int_range(
            self.next_row, self.next_row + batch.height + len(taken), dtype=pl.UInt64, eager=True
        )
        free = numbers.filter(~numbers.is_in(taken)).head(batch.height).alias(ROW)
        if batch.height:
            self.next_row = int(free[-1]) + 1
        return batch.insert_column(0, free)

    @property
    def last(self) -> int:
        """The last row that was read."""
        return max([self.next_row - 1, *(row for row, _, _ in self.bad)])

    def take_bad(self, before: int | None = None) -> pl.DataFrame:
        """The bad rows that come before a row, or all that are left; they are forgotten."""
        taken = [one for one in self.bad if before is None or one[0] < before]
        self.bad = [one for one in self.bad if before is not None and one[0] >= before]
        return pl.DataFrame(
            [(row, None, "wrong_number_of_cells", _cells(actual, wanted), None) for row, actual, wanted in taken],
            schema=REJECTIONS, orient="row",
        )  # fmt: skip


def _cells(actual: int, wanted: int) -> str:
    return f"{actual} cells where the header has {wanted}: quote cells that hold the delimiter or a quote"


def frames(text: Decoded, head: Header, where: str, batch_rows: int) -> Iterator[SourceFrame]:
    """The rows of a file, `batch_rows` good ones a frame; none where there is only a header."""
    rows = _Rows(where)
    held: list[pl.DataFrame] = []
    for batch in _batches(text, head, rows):
        held.append(rows.number(batch))
        while sum(part.height for part in held) >= batch_rows:
            whole = pl.concat(held)
            held = [whole.slice(batch_rows)]
            yield _frame(whole.head(batch_rows), rows.take_bad(int(whole[ROW][batch_rows - 1])))
    last = pl.concat(held) if held else pl.DataFrame()
    _refuse_open_quote(text, last, rows)
    if last.height or rows.bad:
        yield _frame(last if last.width else _no_rows(head), rows.take_bad())


def _no_rows(head: Header) -> pl.DataFrame:
    return pl.DataFrame(schema=[(ROW, pl.UInt64), *((name, pl.String) for name in head.names)])


def _frame(rows: pl.DataFrame, bad: pl.DataFrame) -> SourceFrame:
    return SourceFrame(rows, bad, rows.height + bad.height)


def _batches(text: Decoded, head: Header, rows: _Rows) -> Iterator[pl.DataFrame]:
    try:
        reader = arrow_csv.open_csv(
            pa.PythonFile(_Blocks(text), mode="r"),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=head.delimiter, newlines_in_values=True, invalid_row_handler=rows.refuse
            ),
            convert_options=_as_text(head),
        )
        for batch in reader:
            frame = pl.from_arrow(batch)
            if isinstance(frame, pl.DataFrame):
                yield frame.rename(dict(zip(frame.columns, head.names, strict=True)))
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):  # a header alone is a source with nobody in it: a guard judges that
            raise _plain(error, rows, text) from None


class _Blocks:
    """A text of which whole blocks are read: what is read at once is a block to pyarrow, and has to hold a row."""

    def __init__(self, text: Decoded) -> None:
        self._text = text

    @property
    def closed(self) -> bool:
        return self._text.closed

    def close(self) -> None:
        """The text is closed by whoever opened it."""

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and (part := self._text.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _as_text(head: Header) -> arrow_csv.ConvertOptions:
    return arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(head.names, pa.string()),
        strings_can_be_null=False,
        null_values=[],
        check_utf8=False,
    )


def _plain(error: pa.ArrowInvalid, rows: _Rows, text: Decoded) -> SettingsError:
    if len(rows.bad) > _HOPELESS:
        return SettingsError(
            f"{_HOPELESS:,} rows have another number of cells than the header; is the delimiter right? Write delimiter: under "
            "from:",
            where=rows.where, code="wrong_delimiter",
        )  # fmt: skip
    if "straddl" in str(error) and text.quotes:
        return _open_quote(rows, f"within {BLOCK_BYTES >> 20} MiB")
    if "straddl" in str(error):
        return SettingsError(
            f"a row after row {rows.last:,} is longer than {BLOCK_BYTES >> 20} MiB; do its lines end as those of a text file do?",
            where=rows.where, code="unreadable_file",
        )  # fmt: skip
    # The words of the error may hold values of the row.
    return SettingsError(
        "the file cannot be read as delimited text", where=rows.where, code="unreadable_file"
    )


def _refuse_open_quote(text: Decoded, last: pl.DataFrame, rows: _Rows) -> None:
    """A quote that never closes swallows the rest of the file into its last row."""
    if text.quotes % 2 == 0:
        return
    tail = last.select(pl.last()).tail(1).to_series().to_list() if last.height else [""]
    if (rows.bad and rows.quoted_tail) or "\n" in (tail[0] or ""):
        raise _open_quote(rows, "before the end of the file")


def _open_quote(rows: _Rows, until: str) -> SettingsError:
    return SettingsError(
        f"a quote that opens in row {rows.last:,} or after is not closed {until}; close it, or double it within a quoted cell",
        where=rows.where, code="open_quote",
    )  # fmt: skip
