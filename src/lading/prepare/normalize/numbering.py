"""How the numbers of a country are made, by the metadata of libphonenumber, as patterns that whole columns are held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import phonenumbers
from phonenumbers import PhoneMetadata

from lading.model.countries import MATCHED

_TYPES: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail",
)  # fmt: skip

#: Only the calling code 1 has so many countries.
_MANY: Final = 10


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a country's metadata says of its numbers, as patterns of digits."""

    code: str
    lengths: tuple[int, ...]
    #: Fewer digits than this are certainly no number; 0 where that is not certain.
    least: int
    general: str
    valid: str
    #: The same for all countries of the calling code; null where they are too many.
    valid_somewhere: str | None
    #: What is dialled before a national number, before an international one, and either.
    national_prefix: str
    abroad: str
    dialled: str
    trunk_zero: bool


@cache
def numbering(country: str) -> Numbering:
    """The numbering of a country, from libphonenumber's metadata."""
    # The library types every part as optional; for a country that it supports they are there.
    own: Any = PhoneMetadata.metadata_for_region(country)
    main: Any = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(own.country_code))
    shared = [
        PhoneMetadata.metadata_for_region(one)
        for one in phonenumbers.region_codes_for_country_code(own.country_code)
    ]
    prefix = own.national_prefix_for_parsing or "[^0-9]"
    return Numbering(
        code=str(own.country_code),
        lengths=main.general_desc.possible_length,
        least=_least(own, shared),
        general=_whole([own.general_desc.national_number_pattern]),
        # Of the calling code 1, eleven digits are too long to be dialled at home: they are read as international anyway.
        valid=_valid([own]) if len(shared) < _MANY else "",
        valid_somewhere=_valid(shared) if len(shared) < _MANY else None,
        national_prefix=f"^(?:{prefix})",
        abroad=f"^(?:{own.international_prefix})",
        dialled=f"^(?:00|{own.international_prefix}|{prefix})",
        trunk_zero=own.national_prefix == "0",
    )


def _least(own: Any, shared: Iterable[Any]) -> int:
    """The digits of the shortest number of a calling code, if its prefixes are only ever taken away, and begin with a zero."""
    zeros = all(prefix.startswith("0") for prefix in own.international_prefix.split("|"))
    if own.national_prefix_transform_rule or not zeros:
        return 0
    return min(int(length) for one in shared for length in one.general_desc.possible_length if length > 0)


def _valid(countries: Iterable[Any]) -> str:
    types = (getattr(country, kind) for country in countries for kind in _TYPES)
    return _whole(kind.national_number_pattern for kind in types if kind and kind.national_number_pattern)


def _whole(patterns: Iterable[str]) -> str:
    r"""Any of the patterns from end to end. `\d` would be the digits of all scripts, which are slow to look for."""
    return f"^(?:{'|'.join(patterns)})$".replace(r"\d", "[0-9]")


@cache
def main_countries() -> dict[str, str]:
    """Calling code -> the country whose metadata rules it."""
    codes = {phonenumbers.country_code_for_region(country) for country in MATCHED}
    return {str(code): phonenumbers.region_code_for_country_code(code) for code in codes}
