"""Further spellings of a person: where nobody knows which text Amazon hashed, several are sent, the most likely first.

A variant is text that some program of Amazon or a partner makes of the same value. It is sent only where it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import phonenumbers
import polars as pl

from lading.errors import SettingsError
from lading.nearest import hint
from lading.prepare.normalize.address import address
from lading.prepare.normalize.city import city
from lading.prepare.normalize.name import name
from lading.prepare.normalize.phone import phone
from lading.prepare.normalize.phone_library import possible_digits
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE
from lading.prepare.normalize.state import state
from lading.prepare.profiles.aws_strict import AWS_STRICT, COUNTRIES
from lading.prepare.text import beyond_ascii, fold

#: Takes clean values with their countries, and gives another text, or null.
Spelling = Callable[[pl.DataFrame], pl.Series]

_GERMAN_STREET: Final = r"(?i)str(?:\.|\b)"


def _only(values: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return values.with_columns(values[VALUE].set(~chosen.fill_null(value=False), None))


def _folded(rule: Callable[[pl.DataFrame], pl.DataFrame]) -> Spelling:
    """The rule on a text without accents: Renée is renee, München is munchen."""

    def spell(values: pl.DataFrame) -> pl.Series:
        some = _only(values, beyond_ascii(values[VALUE]))
        return rule(some.with_columns(fold(some[VALUE]).alias(VALUE)))[TEXT]

    return spell


def _folded_address(values: pl.DataFrame) -> pl.Series:
    """Folded when the words are replaced already: Amazon's lists have accents."""
    return fold(address(_only(values, beyond_ascii(values[VALUE])))[TEXT])


def _as_uploader(field: str) -> Spelling:
    """As AWS's uploader: boulevard and abbreviations with a dot stay, Québec is qu."""

    def spell(values: pl.DataFrame) -> pl.Series:
        nine = values[COUNTRY].is_in(COUNTRIES)
        done: pl.Series = AWS_STRICT.rules[field].normalize(_only(values, nine))[TEXT]
        return done

    return spell


def _german_street(values: pl.DataFrame) -> pl.Series:
    """Lindenstr. is Lindenstraße."""
    german = (values[COUNTRY] == "DE") & values[VALUE].str.contains(_GERMAN_STREET)
    some = _only(values, german)
    return address(some.with_columns(some[VALUE].str.replace_all(_GERMAN_STREET, "strasse ")))[TEXT]


def _bare_address(values: pl.DataFrame) -> pl.Series:
    return address(values)[TEXT].str.replace_all(r"[^\p{L}\p{M}\p{N}]+", "")


def _plain_address(values: pl.DataFrame) -> pl.Series:
    return fold(_bare_address(values)).str.replace_all("[^a-z0-9]+", "")


def _native_state(values: pl.DataFrame) -> pl.Series:
    return state(values, native=True)[TEXT]


def _national(values: pl.DataFrame) -> pl.Series:
    """Digits that begin with the country's calling code, read as a national number all the same."""
    plain = values[VALUE].str.contains("^[1-9][0-9 ().-]*$") & values[COUNTRY].is_not_null()
    asked = _only(values, plain).drop_nulls().unique()
    said = [_national_number(value, country) for value, country in asked.select(VALUE, COUNTRY).iter_rows()]
    known = asked.with_columns(said=pl.Series(said, dtype=pl.String))
    return values.join(known, on=[VALUE, COUNTRY], how="left", maintain_order="left")["said"]


def _national_number(value: str, country: str) -> str | None:
    digits = "".join(filter(str.isdecimal, value))
    code = str(phonenumbers.country_code_for_region(country))
    if not digits.startswith(code):
        return None
    return possible_digits(value, country)


def _trunk(values: pl.DataFrame) -> pl.Series:
    """With the 0 behind the calling code where the rule drops it, without it where the rule keeps it (Italy)."""
    done = phone(values)[TEXT]
    frame = pl.DataFrame({"done": done, COUNTRY: values[COUNTRY]})
    digits = values[VALUE].str.replace_all("[^0-9]+", "").str.strip_prefix("00")
    lands = frame[COUNTRY].unique().drop_nulls()
    codes = {land: str(phonenumbers.country_code_for_region(land)) for land in lands}
    code = frame[COUNTRY].replace_strict(codes, default=None, return_dtype=pl.String)
    national = frame.with_columns(code=code, digits=digits).select(
        pl.when(pl.col("done").str.starts_with(pl.col("code") + "0"))
        .then(pl.col("code") + pl.col("done").str.strip_prefix(pl.col("code")).str.strip_prefix("0"))
        .when(
            pl.col("digits").str.starts_with(pl.col("code") + "0")
            & pl.col("done").str.starts_with(pl.col("code"))
        )
        .then("digits")
        .alias(TEXT)
    )
    return national[TEXT]


#: Kind -> its spellings, the most likely first; a spelling changes some fields of a set at once.
VARIANTS: Final[Mapping[str, Sequence[Mapping[str, Spelling]]]] = MappingProxyType({
    "folded_accents": (
        {"first_name": _folded(name), "last_name": _folded(name), "address": _folded_address, "city": _folded(city)},
    ),
    "address_words": ({"address": _as_uploader("address")}, {"address": _german_street}),
    "address_punctuation": ({"address": _bare_address}, {"address": _plain_address}),
    "state_alternatives": ({"state": _native_state}, {"state": _as_uploader("state")}),
    "phone_trunk": ({"phone": _national}, {"phone": _trunk}),
})  # fmt: skip


def spellings(kinds: Sequence[str]) -> Iterator[Mapping[str, Spelling]]:
    """The spellings of these kinds, in the order of VARIANTS: the most likely kind first."""
    for kind, several in VARIANTS.items():
        if kind in kinds:
            yield from several


def known_kinds(kinds: Sequence[str], profile: str) -> tuple[str, ...]:
    """The same kinds. Raises SettingsError for one that there is not, and for a profile that follows another program."""
    for kind in kinds:
        if kind not in VARIANTS:
            raise SettingsError(
                f"there is no kind of variants {kind!r}; {hint(kind, VARIANTS)}",
                where="identity.variants",
                code="unknown_variant",
            )
    if kinds and profile.partition("+")[0] != "amc":
        raise SettingsError(
            f"the profile {profile!r} follows another program and has no variants; take `profile: amc` for them",
            where="identity.variants", code="no_options",
        )  # fmt: skip
    return tuple(kinds)
