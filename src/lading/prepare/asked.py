"""Whom an erasure asks for: clear identifiers become every hash that any profile would have made of them.

The clear values are gone when this returns, and no message repeats one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, get_args

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.model.identifiers import EXTERNAL_ID_PATTERN, OF_OTHERS, STRONG
from lading.prepare.hashing import HASH, hashed, readable, sha256
from lading.prepare.mapping import USUAL_NAMES
from lading.prepare.normalize.country import code
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE
from lading.prepare.options import EmailNonAscii, EmailPlus, EmailUnderscore, Options
from lading.prepare.profiles import PROFILES, Profile, profile
from lading.prepare.suppression import ALL_KINDS, EXTERNAL_ID
from lading.prepare.variants import VARIANTS

#: Columns of a list of people, by the field that they hold.
FIELDS: Final = {EXTERNAL_ID: "external_user_id", "email": "email", "phone": "phone", "country": "country"}

#: What may stand before the digits of a phone: see `Options.phone_plus`.
_SIGNS: Final = ("", "+")


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """Whom an erasure asks for: external ids and hashes, by kind. No clear identifier is in it."""

    values: Mapping[str, frozenset[str]]
    #: How many were asked for, by kind.
    counts: Mapping[str, int]

    def __repr__(self) -> str:
        return f"Asked({dict(self.counts)})"


def columns_of(columns: Sequence[str]) -> dict[str, str]:
    """The columns of a list of people by `FIELDS`, found by their usual names, and those of ids of others by theirs."""
    by_letters = {re.sub(r"[\W_]+", "", column).casefold(): column for column in reversed(columns)}
    found = {
        field: next((by_letters[name] for name in USUAL_NAMES[usual] if name in by_letters), None)
        for field, usual in FIELDS.items()
    }
    others = {kind: by_letters[kind] for kind in OF_OTHERS if kind in by_letters}
    return {field: column for field, column in found.items() if column} | others


def ask(people: pl.DataFrame, countries: Sequence[str], where: str) -> Asked:
    """Take people in clear: `row`, and any of external_id, email, phone, country and ids of others, as text. `countries`: where a row
    names none.

    Raises SettingsError for a row that names nobody, naming its number and never its values.
    """
    names = (*FIELDS, *OF_OTHERS)
    given = people.with_columns(
        pl.lit(None, pl.String).alias(name) for name in names if name not in people.columns
    ).with_columns(pl.col(name).str.strip_chars().replace("", None) for name in names)
    _check(given, where)
    counts = {kind: given[kind].drop_nulls().n_unique() for kind in ALL_KINDS}
    ids = given[EXTERNAL_ID].drop_nulls().unique()
    values = {EXTERNAL_ID: _ids(ids)} | {
        kind: frozenset(_hashes(kind, given.filter(pl.col(kind).is_not_null()), countries, where))
        for kind in STRONG
    }
    values |= {kind: frozenset(given[kind].drop_nulls()) for kind in OF_OTHERS}
    # An iPhone's id is a mobile ad id: a dataset may call its column by either name.
    values |= dict.fromkeys(("idfa", "maid"), values["idfa"] | values["maid"])
    return Asked(values, {kind: count for kind, count in counts.items() if count})


def _check(given: pl.DataFrame, where: str) -> None:
    nobody = given.filter(pl.all_horizontal(pl.col(kind).is_null() for kind in ALL_KINDS))
    for row in nobody[ROW].head(1):
        raise SettingsError(
            "names nobody: give an external id, an e-mail address, a phone number or an id of others such as maid",
            where=_at(where, row), code="names_nobody",
        )  # fmt: skip
    for row, country in given.select(ROW, "country").drop_nulls().iter_rows():
        if code(country) is None:
            raise SettingsError(
                f"{country!r} is no country; write two letters, such as DE",
                where=_at(where, row), code="unknown_country",
            )  # fmt: skip


def _ids(ids: pl.Series) -> frozenset[str]:
    """As they are, where Amazon would take them so, and their SHA-256: what `external_id: hash` makes of them."""
    hashes = pl.DataFrame({EXTERNAL_ID: ids}).select(sha256(pl.col(EXTERNAL_ID))).to_series()
    return frozenset([*ids.filter(ids.str.contains(EXTERNAL_ID_PATTERN)), *hashes])


def _hashes(kind: str, given: pl.DataFrame, countries: Sequence[str], where: str) -> Iterator[str]:
    """Every hash of each value; a value of which no profile makes any is no identifier."""
    if given.is_empty():
        return
    known: set[int] = set()
    for lands in _lands(kind, given["country"], countries):
        for one in _profiles(kind):
            done = hashed(given[kind], lands, one.rules[kind], one.placeholders)[HASH]
            yield from done.drop_nulls()
            if one.id.startswith("amc"):
                known |= set(given[ROW].filter(done.is_not_null()))
        if kind == "phone":
            yield from _spelled_otherwise(given[kind], lands)
    for row in given[ROW]:
        if row not in known:
            hint = " (of which country? Give it as +49 ..., or with --country)" if kind == "phone" else ""
            raise SettingsError(
                f"its {kind} is none that could have been sent{hint}",
                where=_at(where, row), code=f"{kind}_invalid",
            )  # fmt: skip


def _lands(kind: str, named: pl.Series, countries: Sequence[str]) -> Iterator[pl.Series]:
    """The countries to try: the row's own, else each of `countries`, and none."""
    if kind == "email":
        yield pl.Series([None] * len(named), dtype=pl.String)
        return
    own = pl.Series([one and code(one) for one in named], dtype=pl.String)
    for land in dict.fromkeys([*countries, None]):
        yield own.fill_null(land) if land else own


@cache
def _profiles(kind: str) -> tuple[Profile, ...]:
    """Every profile, with every choice that changes this identifier."""
    if kind != "email":
        return (*PROFILES.values(), profile("amc", Options(phone_plus="keep")))
    choices = product(get_args(EmailPlus), get_args(EmailUnderscore), get_args(EmailNonAscii), (False, True))
    chosen = [
        profile("amc", Options(email_plus=plus, email_underscore=line, email_non_ascii=other, gmail=gmail))
        for plus, line, other, gmail in choices
    ]
    return (*chosen, *(one for one in PROFILES.values() if one.id != "amc"))


def _spelled_otherwise(values: pl.Series, lands: pl.Series) -> Iterator[str]:
    rule = PROFILES["amc"].rules["phone"]
    clear = readable(values, rule, PROFILES["amc"].placeholders)
    for spelling in VARIANTS["phone_trunk"]:
        text = spelling["phone"](pl.DataFrame({VALUE: clear, COUNTRY: lands}))
        kept = pl.DataFrame({TEXT: text.set(text.str.len_bytes() == 0, None)})
        for sign in _SIGNS:
            yield from kept.select(sha256(pl.lit(sign) + pl.col(TEXT))).to_series().drop_nulls()


def _at(where: str, row: int) -> str:
    return f"{where}, row {row}"
