"""The profile "entity-resolution": what AWS Entity Resolution makes of values in clear, to meet hashes that it made.

Source: the AWS Entity Resolution user guide (glossary: normalization rules) and its published library, whose code decides
where the two differ. Accents are folded; e-mail tags are merged; states are replaced inside longer names. Unlike there, a
value of which nothing is left is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

import phonenumbers
import polars as pl

from lading.prepare.hashing import Rule
from lading.prepare.normalize.shape import COUNTRY, VALUE, nothing, result
from lading.prepare.profiles.profile import Profile
from lading.prepare.tables import entity_resolution as tables
from lading.prepare.text import on_some, once_each

#: What Java's `trim` takes away: controls and the blank.
_BLANKS: Final = "".join(map(chr, range(0x21)))
_SPELLED_OUT: Final = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae"}
_PARTED: Final = dict.fromkeys(",.[]/-", "  ") | {"#": "  number  "}


def _lower(values: pl.DataFrame) -> pl.Series:
    return values[VALUE].str.strip_chars(_BLANKS).str.to_lowercase()


def _folded(text: pl.Series) -> pl.Series:
    return text.str.replace_all("å", "aa", literal=True).str.normalize("NFD")


def _kept(text: pl.Series, deleted: str) -> pl.DataFrame:
    kept = text.str.replace_all(deleted, "")
    empty = kept.str.len_bytes() == 0
    return result(kept.set(empty, None), (empty, "nothing_left"))


def _email(values: pl.DataFrame) -> pl.DataFrame:
    text = _folded(_lower(values))
    inside = text.str.extract("(?s)<(.*?)>")
    bare = inside.zip_with(inside.is_not_null(), text).str.to_lowercase()
    return _kept(
        bare.str.replace_all("[ \t\n\v\f\r]+", "").str.replace_all("(at)", "@", literal=True),
        "[^a-zA-Z0-9_.@-]+",
    )


def _name(values: pl.DataFrame) -> pl.DataFrame:
    return _kept(_folded(_lower(values)), "[^a-zA-Z]+")


def _city(values: pl.DataFrame) -> pl.DataFrame:
    return _kept(_folded(_lower(values)), "[^a-zA-Z0-9]+")


def _state(values: pl.DataFrame) -> pl.DataFrame:
    text = _folded(_lower(values).str.replace_many(_SPELLED_OUT)).str.replace_all("[^a-zA-Z0-9]+", "")
    for name, code in tables.STATES.items():
        text = text.str.replace_all(name, code, literal=True)
    return _kept(text, "[^a-zA-Z0-9]+")


def _postal(values: pl.DataFrame) -> pl.DataFrame:
    return _kept(_lower(values).str.replace("(?s)-.*$", ""), "[^a-zA-Z0-9]+")


def _address(values: pl.DataFrame) -> pl.DataFrame:
    text = " " + _lower(values).str.replace_all(" ", "  ", literal=True) + " "
    for country in (*tables.BY_COUNTRY, None):
        known = values[COUNTRY].is_in(list(tables.BY_COUNTRY)).fill_null(value=False)
        own = values[COUNTRY] == country if country else ~known
        text = on_some(text, own, partial(_joined, own=tables.BY_COUNTRY.get(country or "", {})))
    return _kept(text, "[^a-zA-Z0-9]+")


def _joined(lower: pl.Series, own: Mapping[str, str]) -> pl.Series:
    """Words stand between two blanks of their own; the lists of words come twice, before and after accents are folded."""
    parted = _words(_words(lower, tables.DEFAULT), own).str.replace_many(_PARTED)
    short = _words(_words(parted, tables.DIRECTIONS), tables.NUMBERS)
    folded = _folded(short.str.replace_many(_SPELLED_OUT))
    return _words(_words(folded, tables.DEFAULT), own)


def _words(text: pl.Series, known: Mapping[str, str]) -> pl.Series:
    if not known:
        return text
    return text.str.replace_many({f" {word} ": f" {stands} " for word, stands in known.items()})


def _phone(values: pl.DataFrame) -> pl.DataFrame:
    """Digits, with the calling code before them where they do not begin with it; a valid US number loses its own first."""
    digits = values[VALUE].str.replace_all("[^0-9]+", "")
    land = values[COUNTRY]
    american = (land == "US") | land.is_null()
    odd = american & ~digits.str.contains("^[2-9][0-9]{9}$")
    national = on_some(digits, odd, lambda some: once_each(some, _american))
    bare = national.str.replace("^0+([1-9])", "$1")
    code = land.replace_strict(tables.CALLING_CODES, default=None, return_dtype=pl.String).fill_null("")
    frame = pl.DataFrame({"bare": bare, "code": code})
    begins = frame.select(pl.col("bare").str.starts_with(pl.col("code"))).to_series()
    number = bare.zip_with(begins, code + bare)
    empty = digits.str.len_bytes() == 0
    return result(number.zip_with(~empty, nothing(len(number))), (empty, "phone_invalid"))


def _american(digits: str) -> str:
    """The national number of digits that are a valid number when dialled in the US, with any calling code; else the digits."""
    try:
        number = phonenumbers.parse(digits, "US")
    except phonenumbers.NumberParseException:
        return digits
    return str(number.national_number) if phonenumbers.is_valid_number(number) else digits


def _rule(
    normalize: Callable[[pl.DataFrame], pl.DataFrame], *, by_country: bool = False, repeats: bool = False
) -> Rule:
    return Rule(normalize, "as_is", by_country=by_country, repeats=repeats)


ENTITY_RESOLUTION: Final = Profile(
    id="entity-resolution",
    version=1,
    about="as AWS Entity Resolution with its normalization switched on",
    rules=MappingProxyType({
        "email": _rule(_email),
        "phone": _rule(_phone, by_country=True),
        "first_name": _rule(_name, repeats=True),
        "last_name": _rule(_name, repeats=True),
        "address": _rule(_address, by_country=True),
        "city": _rule(_city, repeats=True),
        "state": _rule(_state, repeats=True),
        "postal": _rule(_postal, repeats=True),
    }),
)  # fmt: skip
