"""Street addresses: words put as Amazon abbreviates them in the country, joined without anything between, lower case.

Accents and marks other than the delimiters stay. Each step below works on whole columns: a word stands between two blanks of
its own, so that one pass of a multi-pattern search replaces whole words only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import COUNTRY, VALUE, result
from lading.prepare.tables.words import DEFAULT_WORDS, DOTTED, WORDS

#: What parts two words. Source: `DELIMITER_PATTERN_MAP` of AWS's AMC uploader.
_DELIMITERS: Final = r"(?:\bC/O\b|[\s,!\[\]{}()]|\.)+"
_DELIMITERS_BUT_DOT: Final = r"(?:\bC/O\b|[\s,!\[\]{}()])+"

#: A number and something that is not one, around the last dash of a word: 33-A is 33 and A; 33-35 stays.
_NUMERIC: Final = r"\p{N}〇零一二三四五六七八九十百千万億"
_DASH: Final = rf"( [{_NUMERIC}]+)-([^ -]*[^{_NUMERIC} -][^ -]*) "


def address(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized street addresses. Finding: nothing_left."""
    upper = values.select(pl.col(VALUE).str.to_uppercase(), COUNTRY).with_row_index("at")
    family = pl.when(pl.col(COUNTRY).is_in(list(WORDS))).then(pl.col(COUNTRY)).alias(COUNTRY)
    parts = [
        some.select("at", _joined(country or "").alias("text"))
        for (country,), some in upper.with_columns(family).partition_by(COUNTRY, as_dict=True).items()
    ]
    text = pl.concat(parts).sort("at")["text"] if parts else values[VALUE]
    empty = text.str.len_bytes() == 0
    return result(text.set(empty, None), (empty, "nothing_left"))


def _joined(country: str) -> pl.Expr:
    """The address of a country: its words parted, replaced and joined again."""
    parted = _parted(pl.col(VALUE), DOTTED.get(country))
    dashes = parted.str.replace_all(_DASH, "$1  $2 ")
    pounds = dashes.str.replace_all("#", "  #  ", literal=True)
    replaced = _words(pounds, WORDS.get(country, DEFAULT_WORDS))
    return replaced.str.replace_all(" ", "", literal=True).str.to_lowercase()


def _parted(text: pl.Expr, dotted: Mapping[str, str] | None) -> pl.Expr:
    if dotted:
        whole = _words(_between_blanks(text, _DELIMITERS_BUT_DOT), dotted)
        text = whole.str.replace(r"^ V\. ", " VIA ") if "V.LE" in dotted else whole
    return _between_blanks(text, _DELIMITERS)


def _between_blanks(text: pl.Expr, delimiters: str) -> pl.Expr:
    return pl.format(" {} ", text.str.replace_all(delimiters, "  "))


def _words(text: pl.Expr, known: Mapping[str, str]) -> pl.Expr:
    return text.str.replace_many([f" {word} " for word in known], [f" {word} " for word in known.values()])
