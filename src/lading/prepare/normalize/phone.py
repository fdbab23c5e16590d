"""Phone numbers: the digits of E.164, without the plus.

Common shapes go column-wise, by the same metadata that libphonenumber uses; the rest goes through the library, each distinct
value once. A shape is common only where it is certain that the library would say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import phonenumbers
import polars as pl

from lading.model.countries import MATCHED
from lading.prepare.normalize import phone_library
from lading.prepare.normalize.numbering import Numbering, main_countries, numbering
from lading.prepare.normalize.shape import COUNTRY, VALUE, nothing, result
from lading.prepare.text import CONTROLS, on_some, put, which

_MARKS: Final = dict.fromkeys("+ ().-/", "")

#: Digits with the usual marks between them. An extension, a letter or a second number, which comes after a slash behind more
#: digits than an area code has, is the library's business.
_COMMON: Final = r"^(?:\+?[0-9]|\([0-9])(?:[ ().\-/]*[0-9]){0,6}(?:[ ().\-]*[0-9])*[ ().\-]*$"

#: A whole number that was a decimal on its way, and what is left of it.
_DECIMAL: Final = r"^(\+?[0-9]{4,})\.0$"


#: A number, and the usual ways to write an extension behind it.
_EXTENSION: Final = r"^(?P<number>\+?[0-9(][0-9 ().\-/]*[0-9]) *(?i:x|ext|extn|extension)\.? *[0-9]{1,7}$"


def phone(values: pl.DataFrame, *, sign: str = "") -> pl.DataFrame:
    """Normalized phone numbers, with `sign` before the digits. Findings: phone_no_country, phone_invalid."""
    text = without_decimals(values[VALUE].str.strip_prefix("tel:"))
    frame = pl.DataFrame({"raw": text, COUNTRY: values[COUNTRY]}).with_row_index("at")
    done = by_columns(frame)["text"]
    left = frame.filter(done.is_null() & text.is_not_null())
    rest = left.filter(~hopeless(left))
    number = put(done, rest["at"], _by_library(rest))
    bad = number.is_null() & text.is_not_null()
    lacking = bad & ~which(text, bad, r"^\W*(?:\+|00)")
    homeless = on_some(lacking, lacking, lambda _: _unsupported(values[COUNTRY].filter(lacking)))
    return result(sign + number if sign else number, (homeless, "phone_no_country"), (bad, "phone_invalid"))


def without_decimals(text: pl.Series) -> pl.Series:
    """14155550142.0 without its decimal: a table of numbers with a gap writes whole numbers so."""
    return on_some(text, text.str.ends_with(".0"), lambda some: some.str.replace(_DECIMAL, "$1"))


def _unsupported(countries: pl.Series) -> pl.Series:
    return ~countries.is_in(list(phonenumbers.SUPPORTED_REGIONS)).fill_null(value=False)


def by_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`at`, `text`: the numbers of common shapes; null for all others."""
    bare = _without_extension(frame["raw"])
    cut = _cut(frame.select("at", COUNTRY, bare), bare.str.contains(_COMMON))
    found = [
        *(some.select("at", text=_international(rule, zero=zero)) for rule, zero, some in _abroad(cut)),
        *(
            some.select("at", text=_own_code(rule) if own else _national(rule, zero=zero))
            for rule, own, zero, some in _home(cut)
        ),
    ]
    none = pl.DataFrame(schema={"at": pl.UInt32, "text": pl.String})
    known = pl.concat([none, *(some.cast({"at": pl.UInt32}) for some in found)]).drop_nulls("text")
    text = nothing(frame.height)
    return pl.DataFrame({"at": frame["at"], "text": put(text, known["at"], known["text"])})


def _without_extension(raw: pl.Series) -> pl.Series:
    """The numbers without what is dialled once somebody answers. What is left counts only if it is a number."""
    odd = raw.str.contains(r"[xX][a-z]*\.? *[0-9]{1,7}$")
    return on_some(raw, odd, lambda some: some.str.replace(_EXTENSION, "$number"))


def _cut(raw: pl.DataFrame, common: pl.Series) -> pl.DataFrame:
    """The common ones with `digits`, and `abroad`: whether they begin with a calling code."""
    some = raw.filter(common)
    digits = some["raw"].str.replace_many(_MARKS)
    plus = some["raw"].str.starts_with("+")
    zeros = which(digits, ~plus & digits.str.starts_with("00"), "^00[1-9]")
    zeros &= some[COUNTRY].is_in(list(_zeros_dial_abroad())).fill_null(value=False)
    without = on_some(digits, zeros, lambda some: some.str.slice(2))
    return some.select("at", COUNTRY, without.alias("digits"), (plus | zeros).alias("abroad"))


def _abroad(cut: pl.DataFrame) -> Iterator[tuple[Numbering, bool, pl.DataFrame]]:
    """By the country of the calling code, and whether a zero follows the code."""
    coded = (
        cut.filter("abroad")
        .select("at", "digits", code=pl.col("digits").str.extract(_codes_pattern()))
        .drop_nulls("code")
    )
    zero = pl.col("digits").str.starts_with(pl.col("code") + "0")
    parts = coded.with_columns(zero=zero).partition_by("code", "zero", as_dict=True, include_key=False)
    for (code, held), some in parts.items():
        yield numbering(main_countries()[str(code)]), bool(held), some


def _home(cut: pl.DataFrame) -> Iterator[tuple[Numbering, bool, bool, pl.DataFrame]]:
    """By the country, whether the digits begin with its calling code, and whether with a zero."""
    codes = {country: numbering(country).code for country in MATCHED}
    digits = pl.col("digits")
    rows = cut.filter(~pl.col("abroad"), pl.col(COUNTRY).is_in(list(MATCHED))).select(
        "at",
        "digits",
        COUNTRY,
        own=digits.str.starts_with(pl.col(COUNTRY).replace_strict(codes)),
        zero=digits.str.starts_with("0"),
    )
    parts = rows.partition_by(COUNTRY, "own", "zero", as_dict=True, include_key=False)
    for (country, own, zero), some in parts.items():
        yield numbering(str(country)), bool(own), bool(zero), some


@cache
def _codes_pattern() -> str:
    return f"^({'|'.join(sorted(main_countries(), key=len, reverse=True))})"


@cache
def _zeros_dial_abroad() -> frozenset[str]:
    """Countries where 00 can only mean a plus: their own way to dial abroad is 00, or begins otherwise."""
    return frozenset(one for one in MATCHED if numbering(one).abroad in {"^(?:00)", "^(?:010)", "^(?:011)"})


def _international(rule: Numbering, *, zero: bool) -> pl.Expr:
    """Digits that begin with the calling code -> E.164, or null where the library has to decide."""
    rest = pl.col("digits").str.slice(len(rule.code))
    if zero and rule.trunk_zero:
        return _without_trunk_zero(rest, rule)
    return pl.when(_possible(rest, rule) & ~rest.str.contains(rule.national_prefix)).then("digits")


def _national(rule: Numbering, *, zero: bool) -> pl.Expr:
    """Digits as dialled within the country -> E.164, or null where the library has to decide."""
    digits = pl.col("digits")
    if zero and rule.trunk_zero:
        dialled = ~digits.str.contains(rule.abroad) & ~digits.str.starts_with("00")
        return pl.when(dialled).then(_without_trunk_zero(digits, rule))
    straight = _possible(digits, rule) & ~digits.str.contains(rule.dialled)
    return pl.when(straight).then(pl.lit(rule.code) + digits)


def _own_code(rule: Numbering) -> pl.Expr:
    """The same for digits that begin with the calling code of the country: it may be one, or the number's own beginning."""
    digits = pl.col("digits")
    rest = digits.str.slice(len(rule.code))
    plain = ~rest.str.contains(rule.national_prefix)
    code = plain & _possible(rest, rule) & rest.str.contains(rule.valid)
    if not rule.valid_somewhere:
        return pl.when(code).then(digits)
    beginning = plain & ~digits.str.contains(rule.dialled) & ~rest.str.contains(rule.valid_somewhere)
    # No number of the country, but one without its beginning, or too long: the library takes that for the code, too.
    general = digits.str.contains(rule.general)
    taken = (~general & rest.str.contains(rule.general)) | (digits.str.len_bytes() > max(rule.lengths))
    return (
        pl.when(code)
        .then(digits)
        .when(beginning & taken & _possible(rest, rule))
        .then(digits)
        .when(beginning & ~taken & _possible(digits, rule))
        .then(pl.lit(rule.code) + digits)
    )


def _without_trunk_zero(digits: pl.Expr, rule: Numbering) -> pl.Expr:
    rest = digits.str.strip_prefix("0")
    zero = digits.str.contains("^0[1-9]") & _possible(rest, rule) & rest.str.contains(rule.general)
    return pl.when(zero).then(pl.lit(rule.code) + rest)


def _possible(digits: pl.Expr, rule: Numbering) -> pl.Expr:
    return digits.str.len_bytes().is_in(rule.lengths)


def hopeless(left: pl.DataFrame) -> pl.Series:
    """Which of the values (`raw`, `country`) are certainly no numbers, so that the library need not be asked."""
    raw, country = left["raw"], left[COUNTRY]
    digitless = ~raw.str.contains("[+0-9]")
    at_home = ~raw.str.contains(r"^[^+0-9]*(?:\+|0[^0-9]*0)")
    return digitless | (at_home & _unsupported(country)) | _too_short(raw, country)


def _too_short(raw: pl.Series, country: pl.Series) -> pl.Series:
    least = {one: numbering(one).least for one in MATCHED}
    needed = country.replace_strict(least, default=0, return_dtype=pl.UInt32)
    digits = raw.str.contains("^(?:0+|[1-9][0-9]*)$")
    return (digits & (raw.str.len_bytes() < needed)).fill_null(value=False)


def _by_library(rest: pl.DataFrame) -> pl.Series:
    """What the library says of the values that are left, each distinct one asked once."""
    asked = rest.select("raw", COUNTRY).unique()
    seen = asked.with_columns(pl.col("raw").str.replace_many(dict.fromkeys(CONTROLS, "")))
    said = [phone_library.normalize(raw, country) for raw, country in seen.iter_rows()]
    known = asked.with_columns(text=pl.Series(said, dtype=pl.String))
    return rest.join(known, on=["raw", COUNTRY], how="left", nulls_equal=True, maintain_order="left")["text"]
