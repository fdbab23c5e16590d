"""CSV in UTF-8 with a header row, under all options of `csvDataFormat`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import polars as pl
import pyarrow as pa
from pyarrow import csv

from amc_sandbox.ingest.packing import File, Pieces, lines
from amc_sandbox.ingest.refused import Refused, refuse_twice
from amc_sandbox.ingest.specs import CsvOptions

#: Stand for what pyarrow cannot read as such, and are put back in the values: characters that no text has.
_ESCAPED_QUOTE, _ESCAPED_ESCAPE, _NEWLINE, _DELIMITER = "\ufdd0", "\ufdd1", "\ufdd2", "\x1f"


@dataclass(frozen=True, slots=True)
class _Dialect:
    options: CsvOptions

    @property
    def doubles(self) -> bool:
        """Whether a quote in a quoted value is written twice."""
        return self.options.quote_escape in (self.options.quote, self.options.quote * 2)

    @property
    def ending(self) -> str:
        """What ends a record, when it is not a line end that pyarrow knows."""
        return "" if self.options.record_delimiter in ("\n", "\r\n", "\r") else self.options.record_delimiter

    @property
    def separator(self) -> str:
        """Pyarrow parts fields at one byte."""
        given = self.options.delimiter
        return given if len(given.encode()) == 1 else _DELIMITER

    @property
    def replaced(self) -> dict[str, str]:
        """Text of the file -> what pyarrow is given instead."""
        quote, escape = self.options.quote, self.options.quote_escape
        table: dict[str, str] = {}
        if quote and escape and not self.doubles:
            table |= {escape + quote: _ESCAPED_QUOTE, escape * 2: _ESCAPED_ESCAPE}
        if self.ending:
            table |= {self.ending: "\n", "\n": _NEWLINE}
        if self.separator != self.options.delimiter:
            table |= {self.options.delimiter: _DELIMITER}
        return table

    @property
    def restored(self) -> dict[str, str]:
        """What stands in a value -> what the file meant."""
        back = {_ESCAPED_QUOTE: self.options.quote, _ESCAPED_ESCAPE: self.options.quote_escape}
        if self.ending:
            back |= {"\n": self.ending, _NEWLINE: "\n"}
        return back | {_DELIMITER: self.options.delimiter}


def rows(file: File, options: CsvOptions, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Batches of text, an empty field being null."""
    dialect = _Dialect(options)
    wrong: list[csv.InvalidRow] = []

    def note(row: csv.InvalidRow) -> str:
        wrong.append(row)
        return "error"

    try:
        reader = csv.open_csv(
            Pieces(_translated(file, dialect)).buffered(),
            csv.ReadOptions(use_threads=False, block_size=_BLOCK),
            csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char=options.quote or False,
                double_quote=dialect.doubles,
                escape_char=False,
                newlines_in_values=bool(options.quote),
                invalid_row_handler=note,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        refuse_twice(reader.schema.names, file.name)
        for batch in reader:
            yield _restored(cast("pl.DataFrame", pl.from_arrow(batch)), dialect)
    except pa.ArrowInvalid as error:
        raise Refused(_why(file.name, str(error), wrong)) from None


_BLOCK: Final = 4 << 20


def _translated(file: File, dialect: _Dialect) -> Iterator[bytes]:
    end = (dialect.ending or ("\r" if dialect.options.record_delimiter == "\r" else "\n")).encode()
    table = {old.encode(): new.encode() for old, new in dialect.replaced.items()}
    pattern = re.compile(b"|".join(re.escape(old) for old in sorted(table, key=len, reverse=True)))
    comments = _Comments(dialect.options)
    for piece in lines(file.stream, end, file.name):
        text = pattern.sub(lambda found: table[found[0]], piece) if table and pattern.search(piece) else piece
        yield comments.dropped(text) if dialect.options.comment else text


class _Comments:
    """Lines that begin with the comment character, outside of quotes."""

    def __init__(self, options: CsvOptions) -> None:
        self._line = re.compile(b"(?m)^" + re.escape((options.comment or "").encode()) + b"[^\n]*(\n|\\Z)")
        self._quote = options.quote.encode()
        self._within = False

    def dropped(self, text: bytes) -> bytes:
        """Whole lines without their comments."""
        kept, at = [], 0
        while (found := self._line.search(text, at)) is not None:
            kept.append(self._passed(text[at : found.start()]))
            if self._within:
                kept.append(self._passed(found[0]))
            at = found.end()
        return b"".join([*kept, self._passed(text[at:])])

    def _passed(self, text: bytes) -> bytes:
        """After an odd number of quotes one is within them."""
        if self._quote:
            self._within ^= bool(text.count(self._quote) % 2)
        return text


def _restored(batch: pl.DataFrame, dialect: _Dialect) -> pl.DataFrame:
    table = {old: new for old, new in dialect.restored.items() if dialect.replaced}
    if not table:
        return batch
    return batch.with_columns(pl.col(pl.String).str.replace_many(list(table), list(table.values())))


def _why(name: str, error: str, wrong: Sequence[csv.InvalidRow]) -> str:
    """Without the row itself, which pyarrow shows."""
    if wrong:
        row = wrong[0]
        where = f"row {row.number - 1} of " if row.number else "a row of "
        return (
            f"CSV: {where}'{name}' has {row.actual_columns} fields, and the header has {row.expected_columns}"
        )
    if "UTF8" in error or "UTF-8" in error:
        return f"CSV: '{name}' is not UTF-8"
    if "Empty CSV" in error:
        return f"CSV: '{name}' has no header row"
    return f"CSV: '{name}' cannot be read with these csvDataFormat options"
