"""Countries: ISO 3166-1 alpha-2, from codes and names as people write them."""

from __future__ import annotations

import unicodedata
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import TEXT, result
from lading.prepare.tables.countries import TABLE
from lading.prepare.tables.countries_elsewhere import ELSEWHERE
from lading.prepare.text import clean, coded


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in letters if sign.isalnum()).removeprefix("the")


def _known() -> dict[str, str]:
    lines = [line.split(" ", 2) for line in TABLE.strip().splitlines()]
    abroad = [line.split(" ", 1) for line in ELSEWHERE.strip().splitlines()]
    further = {_folded(name): code for code, names in abroad for name in names.split("|")}
    names = {_folded(name): code for code, _, names in lines for name in names.split("|")}
    return further | names | {_folded(code): two for two, three, _ in lines for code in (two, three)}


_KNOWN: Final = _known()


def code(name: str) -> str | None:
    """The alpha-2 code of a country's code or name, or null."""
    return _KNOWN.get(_folded(name))


def country(values: pl.Series, default: str | None, placeholders: frozenset[str]) -> pl.DataFrame:
    """`text` (the country of each row, the default where none is named) and `finding` (country_unknown)."""
    codes, first = coded(values)
    value = clean(values.gather(first), "NFC")
    named = value.set(value.str.to_lowercase().is_in(list(placeholders)), None)
    # A frame holds a few hundred spellings of a country at most, each looked up once.
    found = pl.Series([None if one is None else code(one) for one in named], dtype=pl.String)
    unknown = result(found, (named.is_not_null() & found.is_null(), "country_unknown"))
    known = unknown.select(pl.all().gather(codes))
    return known.with_columns(known[TEXT].fill_null(default)) if default else known
