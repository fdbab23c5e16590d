"""Phone numbers by libphonenumber, one at a time: the law that the column-wise path has to equal."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

_START: Final = re.compile(r"[+0-9]")
_TWO_ZEROS: Final = re.compile(r"^0[^0-9]*0")


def normalize(value: str, country: str | None) -> str | None:
    """The digits of E.164, or null where the number cannot be one.

    `+`, `00` or the country's own way to dial abroad make it international; so do digits that begin with the
    country's calling code and are a valid number that way; all else is a national number of the country.
    """
    start = _START.search(value)
    if start is None:
        return None
    text = value[start.start() :]
    if text.startswith("+"):
        return _digits(_parsed(text, None))
    digits = re.sub("[^0-9]", "", text)
    metadata = PhoneMetadata.metadata_for_region(country) if country else None
    if digits.startswith("00") and (metadata is None or not _dials_abroad(digits, metadata)):
        return _digits(_parsed("+" + _TWO_ZEROS.sub("", text), None))
    if metadata is None:
        return None
    if digits.startswith(str(metadata.country_code)):
        abroad = _parsed("+" + text, None)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            return _digits(abroad)
    return _digits(_parsed(text, country))


def possible_digits(text: str, country: str) -> str | None:
    """The digits of E.164 of a national number of the country, whatever it begins with; null where it cannot be one."""
    return _digits(_parsed(text, country))


def _dials_abroad(digits: str, metadata: PhoneMetadata) -> bool:
    return bool(metadata.international_prefix and re.match(metadata.international_prefix, digits))


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _digits(number: PhoneNumber | None) -> str | None:
    if number is None or phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164)).removeprefix("+")
