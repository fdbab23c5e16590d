"""Whom the identifiers of a row mean: exact pairing with the population, as for audiences. [amc/faqs]"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import polars as pl
import polars_hash as plh

from amc_sandbox import rules
from amc_sandbox.ingest.specs import Column, DatasetSpec

#: What the wire of audiences calls the hashed identifiers of a data set.
NAMES: Final = {
    "ADDRESS": "address",
    "CITY": "city",
    "EMAIL": "email",
    "FIRST_NAME": "firstname",
    "LAST_NAME": "lastname",
    "PHONE": "phone",
    "STATE": "state",
    "ZIP": "postal",
}
USER_ID_TYPE: Final = "adUserId"
#: Of the hashed users of a SANDBOX instance so many are matched, whoever they are. [amc/amc-sandbox]
SANDBOX_SHARE: Final = 0.8
USER: Final = "user of the row"
COUNTRY: Final = "country of the row"
#: What a country's hash stands for.
_HASHED_COUNTRIES: Final = {
    hashlib.sha256(text.encode()).hexdigest(): code
    for code in rules.COUNTRIES
    for text in (code, code.lower())
}


class Finder(Protocol):
    """The population."""

    def resolve(self, sets: Sequence[Mapping[str, str]], country: str | None) -> str | None: ...

    def resolve_external(self, kind: str, value: str) -> str | None: ...

    def worth_asking(self, sets: pl.DataFrame) -> pl.Series: ...


class Resolution:
    """Fills the column USER of batches."""

    def __init__(self, dataset: DatasetSpec, people: Finder, *, made_up: bool) -> None:
        self._people, self._made_up = people, made_up
        self._fact = dataset.period is not None
        self._external = [one for one in dataset.columns if one.external_identity]
        self._sets = _sets([one for one in dataset.columns if one.hashed_pii in NAMES])
        self._identifiers = [one.name for one in dataset.columns if one.identifies]

    def filled(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The batch with USER: null where nobody is found."""
        if not self._identifiers or not batch.height:
            return batch.with_columns(pl.lit(None, pl.String).alias(USER))
        if self._made_up:
            return batch.with_columns(self._invented().alias(USER))
        keys = [*self._identifiers, COUNTRY]
        asked = batch.filter(self._worth_asking(batch)).select(keys).unique()
        users = [self._find(row) for row in asked.iter_rows(named=True)]
        found = asked.with_columns(pl.Series(USER, users, pl.String))
        return batch.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")

    def _worth_asking(self, batch: pl.DataFrame) -> pl.Series:
        worth = pl.repeat(value=False, n=batch.height, dtype=pl.Boolean, eager=True)
        for one in self._external:
            worth |= batch[one.name].is_not_null()
        for kinds in self._sets:
            worth |= self._people.worth_asking(
                batch.select(pl.col(name).alias(kind) for kind, name in kinds.items())
            )
        return worth

    def _find(self, row: Mapping[str, Any]) -> str | None:
        sets = [{kind: row[name] for kind, name in one.items() if row[name]} for one in self._sets]
        found = self._people.resolve(sets, row[COUNTRY]) if row[COUNTRY] in rules.RESOLVED else None
        for one in self._external:
            if found is None and row[one.name]:
                found = self._people.resolve_external(str(one.external_identity), row[one.name])
        return found

    def _invented(self) -> pl.Expr:
        """Four of five users of a FACT set, each always the same; nobody of a DIMENSION."""
        if not self._fact:
            return pl.lit(None, pl.String)
        digest = plh.concat_str(self._identifiers, separator="/", ignore_nulls=True).chash.sha2_256()
        some = pl.any_horizontal(pl.col(name).is_not_null() for name in self._identifiers)
        drawn = digest.str.slice(0, 8).str.to_integer(base=16, dtype=pl.Int64) < SANDBOX_SHARE * 2**32
        return pl.when(some & drawn).then(pl.lit("A") + digest.str.slice(8, 25).str.to_uppercase())


def country(dataset: DatasetSpec, upload: str | None) -> pl.Expr:
    """The country of each row: its own before the upload's, and that before the data set's."""
    own = [pl.col(one.name) for one in dataset.columns if one.country_code]
    hashed = [
        pl.col(one.name).replace(_HASHED_COUNTRIES)
        for one in dataset.columns
        if one.hashed_pii == "COUNTRY_CODE"
    ]
    return pl.coalesce(*own, *hashed, pl.lit(upload or dataset.country_code, pl.String)).alias(COUNTRY)


def _sets(columns: Sequence[Column]) -> list[dict[str, str]]:
    """The hashed columns as identifier sets: a second e-mail column belongs to a second set."""
    sets: list[dict[str, str]] = []
    for one in columns:
        kind = NAMES[str(one.hashed_pii)]
        free = next((known for known in sets if kind not in known), None)
        if free is None:
            sets.append(free := {})
        free[kind] = one.name
    return sets
