"""JSON lines as frames: one object a line, every value as text."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import REJECTIONS, ROW
from lading.sources.source import SourceFrame, no_bad_rows

if TYPE_CHECKING:
    from lading.sources.decoding import Decoded

#: The columns are the keys of so many first lines; a key that comes later is not seen.
LINES_FOR_COLUMNS: Final = 10_000
_BLOCK: Final = 8 << 20
#: What Python reads as JSON, and Polars does not: halves of surrogate pairs, NaN and Infinity.
_ODD: Final = re.compile(rb"\\u[dD][89a-fA-F]|NaN|Infinity")


def columns(text: Decoded, where: str) -> tuple[str, ...]:
    """The keys of the first lines, in order of appearance."""
    keys: dict[str, None] = {}
    seen = 0
    for block in _blocks(text):
        for line in block.splitlines()[: LINES_FOR_COLUMNS - seen]:
            seen += 1
            keys |= dict.fromkeys(_object(line) or ())
        if seen >= LINES_FOR_COLUMNS:
            break
    if not keys:
        message = "no line holds a JSON object" if seen else "the file is empty"
        raise SettingsError(
            f"{message}; write one object a line (JSON lines)", where=where, code="empty_file"
        )
    return tuple(keys)


def frames(text: Decoded, names: Sequence[str], batch_rows: int) -> Iterator[SourceFrame]:
    """The rows of a file, `batch_rows` a frame; broken lines become bad rows."""
    first = 1
    for block in _blocks(text):
        lines = [line for line in block.splitlines() if line.strip()]
        for start in range(0, len(lines), batch_rows):
            some = lines[start : start + batch_rows]
            yield _frame(some, names, first)
            first += len(some)


def _blocks(text: Decoded) -> Iterator[bytes]:
    """Blocks of whole lines."""
    rest = b""
    while block := text.read(_BLOCK):
        whole, newline, tail = (rest + block).rpartition(b"\n")
        rest = tail
        if newline:
            yield whole
    if rest.strip():
        yield rest


def _frame(lines: Sequence[bytes], names: Sequence[str], first: int) -> SourceFrame:
    numbers = range(first, first + len(lines))
    rows = _parsed(lines, names)
    if rows is not None and rows.height == len(lines):
        return SourceFrame(_numbered(rows, numbers), no_bad_rows(), len(lines))
    mended = [_mended(line) for line in lines]
    rows = _parsed([line for line in mended if line is not None], names)
    if rows is None:
        mended = [line if line and _parsed([line], names) is not None else None for line in mended]
        rows = _parsed([line for line in mended if line is not None], names)
    kept = [number for number, line in zip(numbers, mended, strict=True) if line is not None]
    bad = [(number, None, "not_json", "the line is no JSON object", None)
           for number, line in zip(numbers, mended, strict=True) if line is None]  # fmt: skip
    empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return SourceFrame(
        _numbered(empty if rows is None else rows, kept),
        pl.DataFrame(bad, schema=REJECTIONS, orient="row"),
        len(lines),
    )


def _numbered(rows: pl.DataFrame, numbers: Sequence[int]) -> pl.DataFrame:
    return rows.insert_column(0, pl.Series(ROW, numbers, dtype=pl.UInt64))


def _parsed(lines: Sequence[bytes], names: Sequence[str]) -> pl.DataFrame | None:
    """The rows, or null where a line is broken."""
    try:
        return pl.read_ndjson(io.BytesIO(b"\n".join(lines)), schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError:
        return None


def _mended(line: bytes) -> bytes | None:
    """The line as Polars can read it, without halves of surrogate pairs, NaN as null; null for one that is no object."""
    value = _object(line)
    if value is None or not _ODD.search(line):
        return None if value is None else line.removeprefix(codecs.BOM_UTF8)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", errors="ignore")


def _object(line: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
