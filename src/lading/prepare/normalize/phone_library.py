"""Phone numbers by libphonenumber, one at a time: the law that the column-wise path has to equal."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

_START: Final = re.compile(r"[+0-9]")
_TWO_ZEROS: Final = re.compile(r"^0[^0-9]*0")
#: What a spreadsheet or a double makes of a long number: the digits that it lost are not known.
_SCIENTIFIC: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]{1,2}")
#: Before a slash so many digits are no area code.
_MORE_THAN_AN_AREA: Final = 8


def normalize(value: str, country: str | None) -> str | None:
    """The digits of E.164, or null where the number cannot be one.

    `+`, `00` or the country's own way to dial abroad make it international (the former two where both can be meant,
    as 0065 in Singapore, if that is a valid number); so do digits that begin with the
    country's calling code and are a valid number that way; all else is a national number of the country.
    Two numbers in one cell, as in 040 3344556 / 040 3344557, are none.
    """
    start = _START.search(value)
    if start is None or _SCIENTIFIC.fullmatch(value):
        return None
    text = value[start.start() :]
    first, _, rest = text.rpartition("/")
    several = rest and sum(map(str.isdecimal, first)) >= _MORE_THAN_AN_AREA
    return None if several and _valid(_number(first, country)) else _digits(_number(text, country))


def _number(text: str, country: str | None) -> PhoneNumber | None:
    if text.startswith("+"):
        return _parsed(text, None)
    metadata = PhoneMetadata.metadata_for_region(country) if country else None
    text = _without_second_plus(text, metadata)
    digits = re.sub("[^0-9]", "", text)
    if digits.startswith("00"):
        plus = _parsed("+" + _TWO_ZEROS.sub("", text), None)
        if metadata is None or not _dials_abroad(digits, metadata) or _valid(plus):
            return plus
    if metadata is None:
        return None
    if digits.startswith(str(metadata.country_code)):
        abroad = _parsed("+" + text, None)
        if _valid(abroad):
            return abroad
    return _parsed(text, country)


def possible_digits(text: str, country: str) -> str | None:
    """The digits of E.164 of a national number of the country, whatever it begins with; null where it cannot be one."""
    return _digits(_parsed(text, country))


def _dials_abroad(digits: str, metadata: PhoneMetadata) -> bool:
    return bool(metadata.international_prefix and re.match(metadata.international_prefix, digits))


def _without_second_plus(text: str, metadata: PhoneMetadata | None) -> str:
    """A plus that follows what dials abroad (011+44) says the same again."""
    before, _, rest = text.partition("+")
    digits = re.sub("[^0-9]", "", before)
    abroad = digits == "00" or bool(metadata and re.fullmatch(metadata.international_prefix or "0", digits))
    return before + rest if abroad else text


def _valid(number: PhoneNumber | None) -> bool:
    return number is not None and phonenumbers.is_valid_number(number)


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _digits(number: PhoneNumber | None) -> str | None:
    if number is None or phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164)).removeprefix("+")
