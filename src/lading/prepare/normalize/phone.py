"""Phone numbers: the digits of E.164, without the plus.

Common shapes go column-wise, by the same metadata that libphonenumber uses; the rest goes through the library, each distinct
value once. A shape is common only where it is certain that the library would say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

from lading.model.countries import MATCHED
from lading.prepare.normalize import phone_library
from lading.prepare.normalize.shape import COUNTRY, VALUE, nothing, result
from lading.prepare.text import CONTROLS, on_some, put, which

_TYPES: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail",
)  # fmt: skip

_MARKS: Final = dict.fromkeys("+ ().-/", "")

#: Only the calling code 1 has so many countries.
_MANY: Final = 10

#: Digits with the usual marks between them. An extension, a letter or a second number is the library's business.
_COMMON: Final = r"^\+?[0-9][0-9 ().\-/]*$|^\([0-9][0-9 ().\-/]*$"


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a country's metadata says of its numbers, as patterns of digits."""

    code: str
    lengths: tuple[int, ...]
    general: str
    valid: str
    #: The same for all countries of the calling code; null where they are too many.
    valid_somewhere: str | None
    #: What is dialled before a national number, and before an international one.
    national_prefix: str
    abroad: str
    trunk_zero: bool


@cache
def numbering(country: str) -> Numbering:
    """The numbering of a country, from libphonenumber's metadata."""
    # The library types every part as optional; for a country that it supports they are there.
    own: Any = PhoneMetadata.metadata_for_region(country)
    main: Any = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(own.country_code))
    shared = phonenumbers.region_codes_for_country_code(own.country_code)
    return Numbering(
        code=str(own.country_code),
        lengths=main.general_desc.possible_length,
        general=_whole([own.general_desc.national_number_pattern]),
        # Of the calling code 1, eleven digits are too long to be dialled at home: they are read as international anyway.
        valid=_valid([own]) if len(shared) < _MANY else "",
        valid_somewhere=_valid(map(PhoneMetadata.metadata_for_region, shared))
        if len(shared) < _MANY
        else None,
        national_prefix=f"^(?:{own.national_prefix_for_parsing or '[^0-9]'})",
        abroad=f"^(?:{own.international_prefix})",
        trunk_zero=own.national_prefix == "0",
    )


def _valid(countries: Iterable[Any]) -> str:
    types = (getattr(country, kind) for country in countries for kind in _TYPES)
    return _whole(kind.national_number_pattern for kind in types if kind and kind.national_number_pattern)


def _whole(patterns: Iterable[str]) -> str:
    r"""Any of the patterns from end to end. `\d` would be the digits of all scripts, which are slow to look for."""
    return f"^(?:{'|'.join(patterns)})$".replace(r"\d", "[0-9]")


@cache
def _main_countries() -> dict[str, str]:
    """Calling code -> the country whose metadata rules it."""
    codes = {phonenumbers.country_code_for_region(country) for country in MATCHED}
    return {str(code): phonenumbers.region_code_for_country_code(code) for code in codes}


def phone(values: pl.DataFrame, *, sign: str = "") -> pl.DataFrame:
    """Normalized phone numbers, with `sign` before the digits. Findings: phone_no_country, phone_invalid."""
    text = values[VALUE].str.strip_prefix("tel:")
    frame = pl.DataFrame({"raw": text, COUNTRY: values[COUNTRY]}).with_row_index("at")
    done = by_columns(frame)
    left = done["text"].is_null() & text.is_not_null()
    rest = frame.filter(left)
    number = put(done["text"], rest["at"], _by_library(rest))
    bad = number.is_null() & text.is_not_null()
    known = values[COUNTRY].is_in(list(phonenumbers.SUPPORTED_REGIONS)).fill_null(value=False)
    lacking = bad & ~known & ~which(text, bad, r"^\W*(?:\+|00)")
    return result(sign + number, (lacking, "phone_no_country"), (bad, "phone_invalid"))


def by_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`at`, `text`: the numbers of common shapes; null for all others."""
    cut = _cut(frame.filter(pl.col("raw").str.contains(_COMMON)))
    abroad = (
        cut.filter("abroad")
        .with_columns(code=pl.col("digits").str.extract(_codes_pattern()))
        .drop_nulls("code")
    )
    codes = {country: numbering(country).code for country in MATCHED}
    home = cut.filter(~pl.col("abroad"), pl.col(COUNTRY).is_in(list(MATCHED))).with_columns(
        own=pl.col("digits").str.starts_with(pl.col(COUNTRY).replace_strict(codes))
    )
    found = [
        *(
            some.select("at", text=_international(numbering(_main_countries()[str(code)])))
            for (code,), some in abroad.partition_by("code", as_dict=True).items()
        ),
        *(
            some.select("at", text=(_own_code if own else _national)(numbering(str(country))))
            for (country, own), some in home.partition_by(COUNTRY, "own", as_dict=True).items()
        ),
    ]
    none = pl.DataFrame(schema={"at": pl.UInt32, "text": pl.String})
    known = pl.concat([none, *(some.cast({"at": pl.UInt32}) for some in found)]).drop_nulls("text")
    text = nothing(frame.height)
    return pl.DataFrame({"at": frame["at"], "text": put(text, known["at"], known["text"])})


def _cut(common: pl.DataFrame) -> pl.DataFrame:
    """With `digits`, and `abroad`: whether they begin with a calling code."""
    digits = common["raw"].str.replace_many(_MARKS)
    plus = common["raw"].str.starts_with("+")
    free = common[COUNTRY].is_in(list(_zeros_dial_abroad())).fill_null(value=False)
    zeros = ~plus & digits.str.contains("^00[1-9]") & free
    without = on_some(digits, zeros, lambda some: some.str.slice(2))
    return common.with_columns(without.alias("digits"), (plus | zeros).alias("abroad"))


@cache
def _codes_pattern() -> str:
    return f"^({'|'.join(sorted(_main_countries(), key=len, reverse=True))})"


@cache
def _zeros_dial_abroad() -> frozenset[str]:
    """Countries where 00 can only mean a plus: their own way to dial abroad is 00, or begins otherwise."""
    return frozenset(one for one in MATCHED if numbering(one).abroad in {"^(?:00)", "^(?:010)", "^(?:011)"})


def _international(rule: Numbering) -> pl.Expr:
    """Digits that begin with the calling code -> E.164, or null where the library has to decide."""
    rest = pl.col("digits").str.slice(len(rule.code))
    straight = _possible(rest, rule) & ~rest.str.contains(rule.national_prefix)
    return pl.when(straight).then("digits").otherwise(_without_trunk_zero(rest, rule))


def _national(rule: Numbering) -> pl.Expr:
    """Digits as dialled within the country -> E.164, or null where the library has to decide."""
    digits = pl.col("digits")
    dialled = ~digits.str.contains(rule.abroad) & ~digits.str.starts_with("00")
    straight = dialled & _possible(digits, rule) & ~digits.str.contains(rule.national_prefix)
    trunk = pl.when(dialled).then(_without_trunk_zero(digits, rule))
    return pl.when(straight).then(pl.lit(rule.code) + digits).otherwise(trunk)


def _own_code(rule: Numbering) -> pl.Expr:
    """The same for digits that begin with the calling code of the country: it may be one, or the number's own beginning."""
    digits = pl.col("digits")
    rest = digits.str.slice(len(rule.code))
    plain = ~rest.str.contains(rule.national_prefix)
    code = plain & _possible(rest, rule) & rest.str.contains(rule.valid)
    if not rule.valid_somewhere:
        return pl.when(code).then(digits)
    home = (
        _possible(digits, rule)
        & digits.str.contains(rule.general)
        & ~digits.str.contains(rule.national_prefix)
    )
    beginning = plain & home & ~digits.str.contains(rule.abroad) & ~rest.str.contains(rule.valid_somewhere)
    return pl.when(code).then(digits).when(beginning).then(pl.lit(rule.code) + digits)


def _without_trunk_zero(digits: pl.Expr, rule: Numbering) -> pl.Expr:
    if not rule.trunk_zero:
        return pl.lit(None, pl.String)
    rest = digits.str.strip_prefix("0")
    zero = digits.str.contains("^0[1-9]") & _possible(rest, rule) & rest.str.contains(rule.general)
    return pl.when(zero).then(pl.lit(rule.code) + rest)


def _possible(digits: pl.Expr, rule: Numbering) -> pl.Expr:
    return digits.str.len_bytes().is_in(rule.lengths)


def _by_library(rest: pl.DataFrame) -> pl.Series:
    """What the library says of the values that are left, each distinct one asked once."""
    asked = rest.select("raw", COUNTRY).unique()
    seen = asked.with_columns(pl.col("raw").str.replace_many(dict.fromkeys(CONTROLS, "")))
    said = [phone_library.normalize(raw, country) for raw, country in seen.iter_rows()]
    known = asked.with_columns(text=pl.Series(said, dtype=pl.String))
    return rest.join(known, on=["raw", COUNTRY], how="left", nulls_equal=True, maintain_order="left")["text"]
