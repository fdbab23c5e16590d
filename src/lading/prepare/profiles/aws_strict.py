"""The profile "aws-strict": value for value what AWS's AMC uploader hashes, its mistakes included.

Source: `source/glue/library` of aws-solutions/amazon-marketing-cloud-uploader-from-aws, version 3. It knows nine countries
and refuses all work for another; without a country it hashes values as they stand. Unlike there, a value of which nothing
is left is absent: it is never sent as the hash of an empty text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from types import MappingProxyType
from typing import Final

import phonenumbers
import polars as pl

from lading.prepare.hashing import Rule
from lading.prepare.normalize.name import letters_and_digits, spell_out
from lading.prepare.normalize.phone import by_columns
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE, findings, nothing, result
from lading.prepare.profiles.aws_address import joined
from lading.prepare.profiles.profile import Profile
from lading.prepare.tables.states import AMAZON
from lading.prepare.text import on_some, once_each, word_signs

COUNTRIES: Final = ("US", "CA", "GB", "DE", "FR", "ES", "IT", "IN", "JP")

_Normalize = Callable[[pl.DataFrame], pl.DataFrame]

#: Country -> what is deleted, how much is kept, what it has to begin with. Others: digits, 5, five digits.
_POSTAL: Final = {
    "CA": ("[^0-9A-Za-z]+", 6, "^([A-Za-z][0-9]){3}$"),
    "GB": ("[^0-9A-Za-z]+", 7, "^([A-Za-z]{1,2}[0-9]{2,3}|[A-Za-z]{1,2}[0-9][A-Za-z][0-9])[A-Za-z]{2}$"),
    "IN": (r"[^\d]+", 6, r"^\d{6}$"),
    "JP": ("[^0-9]+", 7, "^[0-9]{7}$"),
}
_FIVE: Final = ("[^0-9]+", 5, "^[0-9]{5}$")


def _email(values: pl.DataFrame) -> pl.DataFrame:
    lower = values[VALUE].str.to_lowercase()
    plain = lower.str.contains("^[a-z0-9_.-]+@[a-z0-9_.-]+$")
    text = on_some(lower, ~plain, _mended_email)
    return result(text, (text.is_null() & lower.is_not_null(), "email_invalid"))


def _mended_email(odd: pl.Series) -> pl.Series:
    kept = odd.str.replace_all(f"[^{word_signs()}.@-]+", "")
    return kept.set(~kept.str.contains("^[^@]+@[^@]"), None)


def _phone(values: pl.DataFrame) -> pl.DataFrame:
    """A plus is put before all that has none, so that a national number is lost, or read as one of another country."""
    raw = values[VALUE]
    plus = raw.zip_with(raw.str.starts_with("+"), "+" + raw)
    frame = pl.DataFrame({"raw": plus, COUNTRY: nothing(len(plus))}).with_row_index("at")
    text = by_columns(frame)["text"]
    left = text.is_null() & plus.is_not_null()
    number = on_some(text, left, lambda _: once_each(plus.filter(left), _by_library))
    return result(number, (number.is_null() & raw.is_not_null(), "phone_invalid"))


def _by_library(value: str) -> str | None:
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).replace("+", "")


def _name(values: pl.DataFrame) -> pl.DataFrame:
    return letters_and_digits(spell_out(values[VALUE].str.to_lowercase()))


def _city(values: pl.DataFrame) -> pl.DataFrame:
    return letters_and_digits(values[VALUE].str.to_lowercase())


def _address(values: pl.DataFrame) -> pl.DataFrame:
    text = values[VALUE].str.strip_chars(_BLANKS).str.to_uppercase()
    for country in COUNTRIES:
        text = on_some(text, values[COUNTRY] == country, partial(joined, country=country))
    empty = text.str.len_bytes() == 0
    return result(text.set(empty, None), (empty, "nothing_left"))


#: What Python's `str.strip` takes away.
_BLANKS: Final = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def _state(values: pl.DataFrame) -> pl.DataFrame:
    """The code of a known name, accents deleted before it is looked up; else two letters."""
    raw = values[VALUE]
    letters = raw.str.to_uppercase().str.replace_all("[^A-Z]+", "")
    wanted = pl.DataFrame({COUNTRY: values[COUNTRY], "name": letters})
    code = wanted.join(_codes(), on=[COUNTRY, "name"], how="left", maintain_order="left")["code"]
    long = raw.str.len_chars() > 2
    short = letters.str.slice(0, 2).zip_with(long, letters)
    text = code.zip_with(code.is_not_null(), short).str.to_lowercase()
    empty = text.str.len_bytes() == 0
    cut = code.is_null() & (letters.str.len_bytes() > 2) & values[COUNTRY].is_in(list(AMAZON))
    return result(text.set(empty, None), (empty, "nothing_left"), (cut, "state_cut"))


@cache
def _codes() -> pl.DataFrame:
    rows = [(country, name, code) for country, known in AMAZON.items() for name, code in known.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys((COUNTRY, "name", "code"), pl.String), orient="row")


def _postal(values: pl.DataFrame) -> pl.DataFrame:
    text = values[VALUE]
    for country in COUNTRIES:
        text = on_some(text, values[COUNTRY] == country, partial(_code_of, rule=_POSTAL.get(country, _FIVE)))
    return result(text, (text.is_null() & values[VALUE].is_not_null(), "postal_invalid"))


def _code_of(raw: pl.Series, rule: tuple[str, int, str]) -> pl.Series:
    deleted, length, pattern = rule
    kept = raw.str.replace_all(deleted, "").str.slice(0, length)
    return kept.set(~kept.str.contains(pattern), None)


def _by_country(normalize: _Normalize, values: pl.DataFrame) -> pl.DataFrame:
    """The rule where the country is one of the nine; the value as it stands without a country; nothing elsewhere."""
    value, land = values[VALUE], values[COUNTRY]
    known = land.is_in(COUNTRIES).fill_null(value=False)
    done = normalize(values.with_columns(value.set(~known, None)))
    text = value.zip_with(land.is_null(), done[TEXT])
    given = value.is_not_null()
    others = given & land.is_not_null() & ~known
    return result(
        text, (others, "country_not_covered"), (given & land.is_null(), "country_missing"), *findings(done)
    )


def _rule(normalize: _Normalize, *, repeats: bool = False) -> Rule:
    return Rule(partial(_by_country, normalize), "as_is", by_country=True, repeats=repeats, bare_hashes=True)


AWS_STRICT: Final = Profile(
    id="aws-strict",
    version=1,
    about="as AWS's AMC uploader, value for value",
    rules=MappingProxyType({
        "email": _rule(_email),
        "phone": _rule(_phone),
        "first_name": _rule(_name, repeats=True),
        "last_name": _rule(_name, repeats=True),
        "address": _rule(_address),
        "city": _rule(_city, repeats=True),
        "state": _rule(_state, repeats=True),
        "postal": _rule(_postal, repeats=True),
    }),
)  # fmt: skip
