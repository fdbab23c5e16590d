"""First and last names: lower case, six letters spelled out, a-z and 0-9 only."""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.normalize.shape import VALUE, result
from lading.prepare.text import on_some

#: Source: `default_normalizer` of AWS's AMC uploader; Amazon's Entity Resolution guide has the same table.
SPELLED_OUT: Final = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae"}

_PLAIN: Final = r"^[a-z0-9]+$"
FOREIGN: Final = r"[\p{L}--[a-z]]"


def name(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized names. Findings: nothing_left, letters_deleted (Renée becomes rene)."""
    lower = values[VALUE].str.to_lowercase()
    return letters_and_digits(on_some(lower, ~lower.str.contains(_PLAIN), spell_out))


def spell_out(lower: pl.Series) -> pl.Series:
    """Lower-case text with the six letters spelled out."""
    return lower.str.replace_many(SPELLED_OUT)


def letters_and_digits(lower: pl.Series) -> pl.DataFrame:
    """The rule that names and cities share, once names are spelled out."""
    odd = ~lower.str.contains(_PLAIN)
    lost = odd & lower.str.contains(FOREIGN)
    text = on_some(lower, odd, lambda some: some.str.replace_all(r"[^a-z0-9]+", ""))
    empty = text.str.len_bytes() == 0
    return result(text.set(empty, None), (empty, "nothing_left"), (lost, "letters_deleted"))
