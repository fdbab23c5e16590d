"""How text is made fit for the rules: trimmed, composed, nothing invisible, and null where nothing is left."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from typing import Final, Literal

import polars as pl

Form = Literal["NFC", "NFKC"]

#: Characters that nobody sees: soft hyphen, zero-width and direction marks, byte order mark, controls.
INVISIBLE: Final = (
    r"[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2064}\u{feff}\u{0}-\u{8}\u{e}-\u{1f}\u{7f}]+"
)

#: The decimal digits of all scripts, which NFKC leaves alone but for the full-width ones.
DIGITS: Final = {
    sign: str(unicodedata.decimal(sign))
    for sign in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(sign) == "Nd"
}


def put(values: pl.Series, where: pl.Series, new: pl.Series | str) -> pl.Series:
    """`values` with new ones at some places. (`Series.scatter` alone changes the series that it is called on.)"""
    return values if where.is_empty() else values.clone().scatter(where, new)


def on_some(values: pl.Series, chosen: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied to the chosen ones only: most values need no costly step."""
    where = chosen.fill_null(value=False).arg_true()
    return values if where.is_empty() else put(values, where, change(values.gather(where)))


def which(values: pl.Series, chosen: pl.Series, pattern: str) -> pl.Series:
    """Which of the chosen values match; the others are not tested, and do not."""
    chosen = chosen.fill_null(value=False)
    where = chosen.arg_true()
    return put(chosen, where, values.gather(where).str.contains(pattern))


def beyond_ascii(values: pl.Series) -> pl.Series:
    """Which values hold a character that is not ASCII."""
    return values.str.len_bytes() != values.str.len_chars()


def clean(values: pl.Series, form: Form) -> pl.Series:
    """Values without white space around them and invisible characters, in one Unicode form; NFKC has ASCII digits."""
    trimmed = values.str.strip_chars()
    wide = on_some(trimmed, beyond_ascii(trimmed), lambda some: _compose(some, form))
    return wide.set(wide.str.len_bytes() == 0, None)


def _compose(values: pl.Series, form: Form) -> pl.Series:
    composed = values.str.replace_all(INVISIBLE, "").str.normalize(form).str.strip_chars()
    return composed.str.replace_many(DIGITS) if form == "NFKC" else composed


def fold(values: pl.Series) -> pl.Series:
    """Values without accents: e for é, ss for ß, i for ı."""
    parted = values.str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
    return parted.str.replace_many(
        {"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ı": "i", "ł": "l", "Ł": "L"}
    )
