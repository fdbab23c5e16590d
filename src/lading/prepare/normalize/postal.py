"""Postal codes: digits only, cut to the country's length; letters and digits in upper case for CA, GB and countries without a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import COUNTRY, VALUE, result
from lading.prepare.options import DEFAULT, Options
from lading.prepare.text import beyond_ascii, on_some


@dataclass(frozen=True, slots=True)
class Postal:
    """A country's rule: what is deleted, how much is kept, and what the rest has to look like."""

    deleted: str
    length: int
    pattern: str
    #: More text than `length` that is usual and no loss: ZIP+4, CEDEX.
    usual_tail: str = "^$"
    #: How many leading zeros a spreadsheet may have taken; they are given back only where the options say so.
    zeros: int = 0


_NOT_DIGITS: Final = "[^0-9]+"
_NOT_LETTERS: Final = "[^0-9A-Z]+"
_UNCUT: Final = 64

#: Source: `zip_normalizer.py` of AWS's AMC uploader; upper case as Amazon's own output for GB has it.
POSTAL: Final = {
    "US": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", r"^\s*[0-9]{5}\W*[0-9]{4}\s*$", zeros=2),
    "DE": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", zeros=1),
    "FR": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", "CEDEX", zeros=1),
    "ES": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", zeros=1),
    "IT": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", zeros=2),
    "IN": Postal(_NOT_DIGITS, 6, "^[0-9]{6}$"),
    "JP": Postal(_NOT_DIGITS, 7, "^[0-9]{7}$", zeros=1),
    "CA": Postal(_NOT_LETTERS, 6, "^([A-Z][0-9]){3}$"),
    "GB": Postal(_NOT_LETTERS, 7, "^([A-Z]{1,2}[0-9]{2,3}|[A-Z]{1,2}[0-9][A-Z][0-9])[A-Z]{2}$"),
}

#: Ours, for the other countries where Amazon matches: the form of the country's postal service; nothing is cut.
POSTAL_ELSEWHERE: Final = {
    "AU": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{4}$"),
    "BE": Postal(_NOT_DIGITS, _UNCUT, "^[1-9][0-9]{3}$"),
    "BR": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{8}$"),
    "EG": Postal(_NOT_DIGITS, _UNCUT, "^([0-9]{5}|[0-9]{7})$"),
    "MX": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{5}$"),
    "NL": Postal(_NOT_LETTERS, _UNCUT, "^[1-9][0-9]{3}[A-Z]{2}$"),
    "PL": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{5}$"),
    "SA": Postal(_NOT_DIGITS, 5, "^[0-9]{5}$", r"^\s*[0-9]{5}\W*[0-9]{4}\s*$"),
    "SE": Postal(_NOT_DIGITS, _UNCUT, "^[1-9][0-9]{4}$"),
    "SG": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{6}$"),
    "TR": Postal(_NOT_DIGITS, _UNCUT, "^[0-9]{5}$"),
}

#: Ours, for all others: nothing is cut; 3 to 10 characters, a digit among them.
OTHERS: Final = Postal(_NOT_LETTERS, _UNCUT, "^[A-Z]{0,4}[0-9][0-9A-Z]{2,9}$")

_RULES: Final = POSTAL | POSTAL_ELSEWHERE


def postal(values: pl.DataFrame, options: Options = DEFAULT) -> pl.DataFrame:
    """Normalized postal codes. Findings: postal_invalid, postal_cut, postal_padded."""
    upper = values.select(_ascii(values[VALUE]).str.to_uppercase(), COUNTRY).with_row_index("at")
    parts = [
        _by(rule_of(country), some, pad=options.pad_zip)
        for (country,), some in upper.partition_by(COUNTRY, as_dict=True).items()
    ]
    if not parts:
        return result(values[VALUE])
    done = pl.concat(parts).sort("at")
    text = done["text"].str.to_lowercase() if options.postal_case == "lower" else done["text"]
    return result(
        text,
        (done["invalid"], "postal_invalid"),
        (done["cut"], "postal_cut"),
        (done["padded"], "postal_padded"),
    )


def rule_of(country: object) -> Postal:
    """The rule of a country, given by its code; of all others, too."""
    return _RULES.get(str(country), OTHERS)


def _ascii(value: pl.Series) -> pl.Series:
    """Without letters that no postal code has, but whose upper case some have: ß would become SS. 2139.0 is 2139."""
    whole = on_some(value, value.str.ends_with(".0"), lambda some: some.str.replace(r"^([0-9]+)\.0$", "$1"))
    return on_some(whole, beyond_ascii(whole), lambda some: some.str.replace_all(r"[^\x00-\x7f]+", " "))


def _by(rule: Postal, some: pl.DataFrame, *, pad: bool) -> pl.DataFrame:
    ready = some[VALUE].str.contains(rule.pattern).fill_null(value=False)
    good = some.filter(ready).select("at", cut=False, padded=False, text=VALUE, invalid=False)
    return (
        pl.concat([good, _mended(rule, some.filter(~ready), pad=pad)])
        if ready.any()
        else _mended(rule, some, pad=pad)
    )


def _mended(rule: Postal, some: pl.DataFrame, *, pad: bool) -> pl.DataFrame:
    kept = pl.col(VALUE).str.replace_all(rule.deleted, "")
    cut = (kept.str.len_bytes() > rule.length) & ~pl.col(VALUE).str.contains(rule.usual_tail)
    short = pl.col(VALUE).str.contains(
        f"^[0-9]{{{rule.length - rule.zeros},{rule.length - 1}}}(-[0-9]{{4}})?$"
    )
    padded = short if pad and rule.zeros else pl.lit(value=False)
    text = (
        pl.when(padded)
        .then(pl.col(VALUE).str.extract("^([0-9]+)").str.zfill(rule.length))
        .otherwise(kept.str.slice(0, rule.length))
    )
    shortened = some.select("at", cut=cut, padded=padded, text=text)
    good = pl.col("text").str.contains(rule.pattern)
    return shortened.select("at", "cut", "padded", pl.when(good).then("text").alias("text"), invalid=~good)
