"""Phone numbers: the digits of E.164, without the plus.

Common shapes go column-wise, by the same metadata that libphonenumber uses; the rest goes through the library, each distinct
value once. A shape is common only where it is certain that the library would say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

from lading.prepare.normalize import phone_library
from lading.prepare.normalize.shape import COUNTRY, VALUE, result
from lading.prepare.tables.countries import MATCHED

_TYPES: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail",
)  # fmt: skip

#: Digits with the usual marks between them. An extension, a letter or a second number is the library's business.
_COMMON: Final = r"^\+?[0-9][0-9 ().\-/]*$|^\([0-9][0-9 ().\-/]*$"


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a country's metadata says of its numbers, as patterns of digits."""

    code: str
    lengths: tuple[int, ...]
    general: str
    valid: str
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
    types = [getattr(own, kind) for kind in _TYPES]
    patterns = [kind.national_number_pattern for kind in types if kind and kind.national_number_pattern]
    return Numbering(
        code=str(own.country_code),
        lengths=main.general_desc.possible_length,
        general=f"^(?:{own.general_desc.national_number_pattern})$",
        valid=f"^(?:{'|'.join(patterns)})$",
        national_prefix=f"^(?:{own.national_prefix_for_parsing or '[^0-9]'})",
        abroad=f"^(?:{own.international_prefix})",
        trunk_zero=own.national_prefix == "0",
    )


@cache
def _main_countries() -> dict[str, str]:
    """Calling code -> the country whose metadata rules it."""
    codes = {phonenumbers.country_code_for_region(country) for country in MATCHED}
    return {str(code): phonenumbers.region_code_for_country_code(code) for code in codes}


def phone(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized phone numbers. Findings: phone_no_country, phone_invalid."""
    text = values[VALUE].str.strip_prefix("tel:")
    frame = pl.DataFrame({"raw": text, COUNTRY: values[COUNTRY]}).with_row_index("at")
    done = _by_columns(frame)
    left = done["text"].is_null() & text.is_not_null()
    rest = frame.filter(left)
    number = done["text"].scatter(rest["at"], _by_library(rest)) if rest.height else done["text"]
    bad = number.is_null() & text.is_not_null()
    return result(number, (bad & _lacks_country(frame), "phone_no_country"), (bad, "phone_invalid"))


def _lacks_country(frame: pl.DataFrame) -> pl.Series:
    known = frame[COUNTRY].is_in(list(phonenumbers.SUPPORTED_REGIONS)).fill_null(value=False)
    return ~known & ~frame["raw"].str.contains(r"^\W*(?:\+|00)")


def _by_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`at`, `text`: the numbers of common shapes; null for all others."""
    common = frame.filter(pl.col("raw").str.contains(_COMMON)).with_columns(
        digits=pl.col("raw").str.replace_all("[^0-9]+", ""),
        abroad=pl.col("raw").str.starts_with("+"),
    )
    codes = "|".join(sorted(_main_countries(), key=len, reverse=True))
    international = common.filter("abroad").with_columns(by=pl.col("digits").str.extract(f"^({codes})"))
    national = common.filter(~pl.col("abroad"), pl.col(COUNTRY).is_in(list(MATCHED))).with_columns(by=COUNTRY)
    parts = [
        *(
            some.select("at", text=_international(numbering(_main_countries()[str(code)])))
            for (code,), some in international.drop_nulls("by").partition_by("by", as_dict=True).items()
        ),
        *(
            some.select("at", text=_national(numbering(str(country))))
            for (country,), some in national.partition_by("by", as_dict=True).items()
        ),
    ]
    found = pl.concat([part.drop_nulls("text") for part in parts]) if parts else None
    empty = pl.Series("text", [None], dtype=pl.String).new_from_index(0, frame.height)
    text = empty if found is None or found.is_empty() else empty.scatter(found["at"], found["text"])
    return pl.DataFrame({"at": frame["at"], "text": text})


def _international(rule: Numbering) -> pl.Expr:
    """Digits that begin with the calling code -> E.164, or null where the library has to decide."""
    rest = pl.col("digits").str.slice(len(rule.code))
    straight = _possible(rest, rule) & ~rest.str.contains(rule.national_prefix)
    return pl.when(straight).then("digits").otherwise(_without_trunk_zero(rest, rule))


def _national(rule: Numbering) -> pl.Expr:
    """Digits as dialled within the country -> E.164, or null where the library has to decide."""
    digits = pl.col("digits")
    rest = digits.str.slice(len(rule.code))
    own = digits.str.starts_with(rule.code)
    dialled = ~digits.str.contains(rule.abroad)
    whole = (
        own & _possible(rest, rule) & ~rest.str.contains(rule.national_prefix) & rest.str.contains(rule.valid)
    )
    straight = ~own & dialled & _possible(digits, rule) & ~digits.str.contains(rule.national_prefix)
    trunk = pl.when(dialled).then(_without_trunk_zero(digits, rule))
    return pl.when(whole).then(digits).when(straight).then(pl.lit(rule.code) + digits).otherwise(trunk)


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
    said = [phone_library.normalize(raw, country) for raw, country in asked.iter_rows()]
    known = asked.with_columns(text=pl.Series(said, dtype=pl.String))
    return rest.join(known, on=["raw", COUNTRY], how="left", nulls_equal=True, maintain_order="left")["text"]
