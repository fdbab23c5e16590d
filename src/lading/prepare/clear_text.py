"""The normalized text behind each hash, in clear: for people who debug match rates on data of their own, and asked for it."""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.model.frames import ROW, Schema
from lading.model.identifiers import IDENTIFIERS
from lading.prepare.hashing import Rule, kept, readable
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE, nothing
from lading.prepare.recipe import Recipe

#: Identifier -> the name of its column of texts.
NORMALIZED: Final = {name: f"{name}_normalized" for name in IDENTIFIERS}
TEXTS: Final[Schema] = {ROW: pl.UInt64, "set_no": pl.UInt8, **dict.fromkeys(NORMALIZED.values(), pl.String)}


def normalized_texts(rows: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """`TEXTS`: one line for each row and set of its own; null where there is no text, or a hash came in."""
    column = recipe.mapping.country
    named = rows[column] if column else nothing(rows.height)
    lands = country(named, recipe.default_country, recipe.ignored)[TEXT]
    parts = [_of_set(number, rows, lands, recipe) for number in range(recipe.mapping.sets)]
    return pl.concat(parts)


def _of_set(number: int, rows: pl.DataFrame, lands: pl.Series, recipe: Recipe) -> pl.DataFrame:
    texts = {shown: nothing(rows.height) for shown in NORMALIZED.values()}
    for name, columns in recipe.mapping.identifiers.items():
        if len(columns) == 1 or number < len(columns):
            clear = readable(
                rows[columns[min(number, len(columns) - 1)]], recipe.profile.rules[name], recipe.ignored
            )
            texts[NORMALIZED[name]] = _text(clear, lands, recipe.profile.rules[name])
    return pl.DataFrame({ROW: rows[ROW]} | texts).select(
        ROW, pl.lit(number + 1, pl.UInt8).alias("set_no"), *NORMALIZED.values()
    )


def _text(clear: pl.Series, lands: pl.Series, rule: Rule) -> pl.Series:
    seen = lands if rule.by_country else nothing(len(clear))
    done = rule.normalize(pl.DataFrame({VALUE: clear, COUNTRY: seen}))
    text: pl.Series = (kept(done, clear) if rule.keep_invalid else done)[TEXT]
    return text
