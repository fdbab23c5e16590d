"""Each column of a dataset by what it is: a typed value, the country, a consent signal, a hashed or a foreign identifier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.prepare.consent import Consents
from lading.prepare.datasets.cell import FINDING, TEXT, VALUE, fine
from lading.prepare.datasets.numbers import decimal, whole
from lading.prepare.datasets.recipe import Column, DatasetRecipe, DataType
from lading.prepare.datasets.times import date, timestamp
from lading.prepare.detect import noticed
from lading.prepare.hashing import HASH, Rule, hashed, placeholders, sha256
from lading.prepare.normalize import country as countries
from lading.prepare.normalize.shape import COUNTRY, result
from lading.prepare.normalize.shape import FINDING as RULE_FINDING
from lading.prepare.normalize.shape import TEXT as RULE_TEXT
from lading.prepare.normalize.shape import VALUE as RULE_VALUE
from lading.prepare.text import put

#: How a type is read from text.
_READERS: Final[Mapping[DataType, Callable[[pl.Series, Column], pl.DataFrame]]] = {
    "DECIMAL": decimal, "INTEGER": whole, "LONG": whole, "TIMESTAMP": timestamp, "DATE": date,
}  # fmt: skip

#: Amazon takes only these of a consent column of its own signal; whoever says nothing else says nothing.
_POSITIVE_OR_NOT: Final = ("GRANTED", "DENIED")
_ACS: Final = frozenset({"amzn_user_data", "amzn_ad_storage"})

#: The id of a phone whose owner takes part in no advertising.
_NO_PHONE: Final = "^[0-]+$"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows with the country and the consent of each."""

    rows: pl.DataFrame
    lands: pl.Series
    consent: Consents
    recipe: DatasetRecipe


def cells(column: Column, batch: Batch) -> pl.DataFrame:
    """`value`, `code` and `finding` of each cell of a column."""
    values, ignored = batch.rows[column.source], batch.recipe.people.ignored
    if column.country:
        named = countries.country(values, batch.recipe.people.default_country, ignored)
        return fine(named[RULE_TEXT], named[RULE_FINDING])
    if column.consent:
        return _consent(column.consent, batch.consent)
    if column.identifier:
        rule = (
            _COUNTRY_RULE
            if column.identifier == COUNTRY
            else batch.recipe.people.profile.rules[column.identifier]
        )
        done = hashed(values, batch.lands, rule, ignored)
        return fine(done[HASH], noticed(column.identifier, column.source, values, done))
    return _of_text(column, values, ignored)


def _of_text(column: Column, values: pl.Series, ignored: frozenset[str]) -> pl.DataFrame:
    """Ids of others, keys, and typed values."""
    text = _trimmed(values)
    if column.external:
        return _without(text, placeholders(text, ignored).append(text.str.contains(_NO_PHONE).arg_true()))
    if column.hash:
        return fine(text.to_frame(TEXT).select(sha256(pl.col(TEXT))).to_series())
    if column.type == "STRING":
        return fine(values.set(text.is_null(), None))
    told = _without(text, placeholders(text, ignored))
    return _READERS[column.type](told[VALUE].alias(TEXT), column).with_columns(
        pl.coalesce(pl.lit(told[FINDING]), FINDING).alias(FINDING)
    )


def _trimmed(values: pl.Series) -> pl.Series:
    text = values.str.strip_chars().alias(TEXT)
    return text.set(text.str.len_bytes() == 0, None)


def _without(text: pl.Series, nothing: pl.Series) -> pl.DataFrame:
    """The texts without those at these places, which stand for nothing."""
    told = pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
    return fine(put(text, nothing, None), put(told, nothing, "placeholder"))


def _consent(name: str, consent: Consents) -> pl.DataFrame:
    values = consent.signals[name]
    if name not in _ACS:
        return fine(values)
    told = pl.select(pl.when(consent.unknown[name]).then(pl.lit("consent_value_unknown"))).to_series()
    return fine(values.set(~values.is_in(list(_POSITIVE_OR_NOT)), None), told)


def _country_text(values: pl.DataFrame) -> pl.DataFrame:
    """A country as it is hashed: its code in lower case."""
    known = countries.country(values[RULE_VALUE], None, frozenset())
    return result(known[RULE_TEXT].str.to_lowercase(), (known[RULE_FINDING].is_not_null(), "country_unknown"))


_COUNTRY_RULE: Final = Rule(_country_text, form="NFC", by_country=False, repeats=True)
