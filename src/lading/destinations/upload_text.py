"""Rows of a dataset as text, as Amazon reads it: CSV with a header, and JSON with one object a line; UTF-8 both."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from lading.settings.dataset_files import CsvFormat

#: Amazon's form of a TIMESTAMP.
STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


def csv_header(names: list[str], form: CsvFormat) -> bytes:
    """The first line of a file."""
    return (form.delimiter.join(names) + form.record_delimiter).encode()


def csv_lines(rows: pl.DataFrame, form: CsvFormat) -> bytes:
    """Rows as lines of CSV. Nothing is an empty cell; what a reader could take for something else stands in quotes."""
    quote = form.quote
    # A row of one empty cell would be an empty line, which readers skip.
    empty = quote * 2 if rows.width == 1 else ""
    cells = [
        (_quoted(pl.col(name), form) if dtype == pl.String else _plain(name, dtype)).fill_null(empty)
        for name, dtype in rows.schema.items()
    ]
    lines = rows.select(pl.concat_str(cells, separator=form.delimiter) + form.record_delimiter)
    return "".join(lines.to_series()).encode()


def json_lines(rows: pl.DataFrame) -> bytes:
    """Rows as JSON, one object a line; a DECIMAL as a number with its two places."""
    decimals = [name for name, dtype in rows.schema.items() if dtype.is_decimal()]
    others = [name for name in rows.columns if name not in decimals]
    parts = [pl.lit(f'"{name}":') + pl.col(name).cast(pl.String).fill_null("null") for name in decimals]
    if others:
        plain = rows.select(_plain(name, rows.schema[name]).alias(name) for name in others)
        whole = plain.select(pl.struct(others).struct.json_encode().alias("whole")).to_series()
        rows = rows.with_columns(whole.str.slice(1).str.strip_suffix("}").alias("__json"))
        parts.insert(0, pl.col("__json"))
    lines = rows.select(pl.lit("{") + pl.concat_str(parts, separator=",") + pl.lit("}\n"))
    return "".join(lines.to_series()).encode()


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    """A value as the text or the number that Amazon reads."""
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.strftime(STAMP)
    return pl.col(name) if dtype in {pl.String, pl.Int32, pl.Int64} else pl.col(name).cast(pl.String)


def _quoted(text: pl.Expr, form: CsvFormat) -> pl.Expr:
    """Text in quotes where it has to be, with what would end them escaped."""
    quote, escape = form.quote, form.quote_escape
    inner = text if escape == quote else text.str.replace_all(escape, escape * 2, literal=True)
    inner = inner.str.replace_all(quote, escape + quote, literal=True)
    signs = {form.delimiter, quote, escape, "\r", "\n", *(form.comment or "")}
    odd = rf"[{''.join(re.escape(sign) for sign in sorted(signs))}]|^\s|\s$"
    return pl.when(text.str.contains(odd)).then(quote + inner + quote).otherwise(text)
