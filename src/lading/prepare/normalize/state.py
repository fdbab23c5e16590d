"""States: the code of a known name, else the first two letters."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import COUNTRY, VALUE, result
from lading.prepare.tables.states import STATES
from lading.prepare.tables.states_native import NATIVE_STATES
from lading.prepare.text import CONTROLS, fold, on_some

#: ISO 3166-2, such as US-CA, by any dash.
_SUBDIVISION: Final = r"^([A-Z]{2}) ?[-_\u{2010}-\u{2015} ] ?([A-Z]{1,3})$"


@cache
def _codes(*, native: bool) -> pl.DataFrame:
    tables = {
        country: known | (NATIVE_STATES.get(country, {}) if native else {})
        for country, known in STATES.items()
    }
    rows = [(country, name, code) for country, known in tables.items() for name, code in known.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys((COUNTRY, "folded", "code"), pl.String), orient="row")


def state(values: pl.DataFrame, *, native: bool = False) -> pl.DataFrame:
    """Normalized states, by `native` names too. Findings: nothing_left; state_cut, where the country has a table that lacks the name."""
    upper = _without_country(values[VALUE].str.to_uppercase(), values[COUNTRY])
    letters = upper.str.replace_all("[^A-Z]+", "")
    folded = fold(upper).str.to_uppercase().str.replace_all("[^A-Z]+", "")
    code = _code(values[COUNTRY], folded, native=native)
    # What Amazon's tool finds without folding is found, too: a stray accented letter is deleted there.
    stray = (code.is_null() & (letters != folded)).fill_null(value=False)
    code = on_some(
        code, stray, lambda _: _code(values[COUNTRY].filter(stray), letters.filter(stray), native=native)
    )
    # What is two signs long already is not cut, although ß is two letters in upper case.
    short = letters.zip_with(_short(values[VALUE]), letters.str.slice(0, 2))
    text = code.zip_with(code.is_not_null(), short).str.to_lowercase()
    empty = text.str.len_bytes() == 0
    cut = code.is_null() & (letters.str.len_bytes() > 2) & values[COUNTRY].is_in(list(STATES))
    return result(text.set(empty, None), (empty, "nothing_left"), (cut, "state_cut"))


def _code(countries: pl.Series, names: pl.Series, *, native: bool) -> pl.Series:
    wanted = pl.DataFrame({COUNTRY: countries, "folded": names})
    return wanted.join(_codes(native=native), on=[COUNTRY, "folded"], how="left", maintain_order="left")[
        "code"
    ]


def _short(value: pl.Series) -> pl.Series:
    return (value.str.len_chars() <= 2).fill_null(value=False)


def _without_country(upper: pl.Series, country: pl.Series) -> pl.Series:
    parts = upper.str.replace_many(dict.fromkeys(CONTROLS, "")).str.extract_groups(_SUBDIVISION).struct
    own = (parts.field("1") == country).fill_null(value=False)
    return parts.field("2").zip_with(own, upper)
