"""Counts the quality of a list while it is prepared: numbers by country and field, never a value.

One long frame a batch (`QUALITY`), so that batches add up to a file of any size. `report/quality.py` makes sense of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from lading.model.frames import ROW, Schema
from lading.model.identifiers import STRONG
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import TEXT
from lading.prepare.reasons import CONSENT
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared
from lading.prepare.text import on_some, put, which

#: `country`: alpha-2, "" where none is known or the row was turned away. `field`: an identifier, or "" for a count of rows.
#: `measure`: rows, accepted, no_strong, no_country, country_defaulted (it is that of the settings), country_assumed (nobody said it), no_consent (sent without, though of the UK or the EEA); filled, hashed; or
#: the code of a finding or rejection. Rejections for want of consent have their country.
QUALITY: Final[Schema] = {
    "country": pl.String,
    "field": pl.String,
    "measure": pl.String,
    "count": pl.UInt64,
}

_HASH: Final = r"^\s*[0-9a-fA-F]{64}\s*$"
_HASH_LENGTH: Final = 64

#: A field, a measure, and the rows where it holds.
_Mask = tuple[str, str, pl.Series]


def tally(rows: pl.DataFrame, prepared: Prepared, recipe: Recipe, bad_rows: pl.DataFrame) -> pl.DataFrame:
    """The counts of one batch, as `QUALITY`. `bad_rows`: those that could not even be cut into cells."""
    placed = rows.select(ROW).join(_people(prepared), on=ROW, how="left", maintain_order="left")
    country = placed["country"].fill_null("")
    accepted = placed["strong"].is_not_null()
    masks = [
        *_of_people(placed, accepted),
        *_defaulted(rows, accepted, recipe),
        *_of_fields(rows, accepted, prepared.findings, recipe),
    ]
    return add([
        _counted(country, masks), *_of_findings(rows, country, prepared, recipe), _of_consent(prepared.consent),
        _of_bad_rows(bad_rows),
    ])  # fmt: skip


def turned_away(country: pl.Series, code: str) -> pl.DataFrame:
    """Rows of these countries that were counted as accepted, and are turned away after all."""
    everywhere = pl.Series([True]).new_from_index(0, len(country))
    return _counted(country.fill_null(""), [("", code, everywhere)])


def add(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The sums of several tallies."""
    empty = pl.DataFrame(schema=QUALITY)
    whole = pl.concat([empty, *(part.select(list(QUALITY)).cast(dict(QUALITY)) for part in parts)])  # type: ignore[arg-type]
    sums = whole.group_by("country", "field", "measure").agg(pl.col("count").sum())
    return sums.filter(pl.col("count") > 0).sort("country", "field", "measure")


def _people(prepared: Prepared) -> pl.DataFrame:
    """One line for each accepted row: its country, and what it lacks."""
    strong = pl.any_horizontal(pl.col(name).is_not_null() for name in STRONG)
    sets = prepared.sets.select(ROW, "country", strong=strong)
    if (prepared.sets["set_no"] == 1).all():
        return sets
    return sets.group_by(ROW, maintain_order=True).agg(pl.col("country").first(), pl.col("strong").any())


def _of_people(placed: pl.DataFrame, accepted: pl.Series) -> Iterator[_Mask]:
    yield "", "rows", accepted | ~accepted
    yield "", "accepted", accepted
    yield "", "no_strong", ~placed["strong"]
    yield "", "no_country", accepted & placed["country"].is_null()


def _of_fields(
    rows: pl.DataFrame, accepted: pl.Series, findings: pl.DataFrame, recipe: Recipe
) -> Iterator[_Mask]:
    """Which cells of each field say anything, and which of these are hashed already, in rows that are sent.

    A rejected row counts by its reason alone: its findings are that reason.
    """
    void = findings.filter(pl.col("code") == "placeholder")
    for name, columns in recipe.mapping.identifiers.items():
        for column in columns:
            values = rows[column]
            said = accepted & _says_anything(values)
            nothing = rows[ROW].search_sorted(void.filter(pl.col("column") == column)[ROW])
            yield name, "filled", put(said, nothing, new=False)
            long = accepted & (values.str.len_bytes() >= _HASH_LENGTH)
            if long.any():
                yield name, "hashed", which(values, long, _HASH)


def _says_anything(values: pl.Series) -> pl.Series:
    said = values.str.len_bytes() > 0
    # Only what begins with a blank, which sorts before all signs of ASCII or after them, may be blank throughout.
    doubtful = said & ((values < "!") | (values > "~"))
    return on_some(said, doubtful, lambda _: values.filter(doubtful).str.contains(r"\S")).fill_null(
        value=False
    )


def _of_findings(
    rows: pl.DataFrame, country: pl.Series, prepared: Prepared, recipe: Recipe
) -> Iterator[pl.DataFrame]:
    """Findings by field, and rejections."""
    fields = {column: name for name, columns in recipe.mapping.identifiers.items() for column in columns}
    rejections = prepared.rejections.filter(~pl.col("code").is_in(CONSENT))
    for frame in (prepared.findings, rejections):
        if frame.height:
            at = rows[ROW].search_sorted(frame[ROW])
            counted = (
                pl.DataFrame(
                    {"country": country.gather(at), "column": frame["column"], "measure": frame["code"]}
                )
                .group_by("country", "column", "measure")
                .agg(pl.len().alias("count"))
            )
            yield counted.with_columns(field=pl.lit("") if frame is rejections else _field_of(fields))


def _of_consent(consent: pl.DataFrame) -> pl.DataFrame:
    return consent.group_by("country", "measure").agg(pl.len().alias("count")).with_columns(field=pl.lit(""))


def _defaulted(rows: pl.DataFrame, accepted: pl.Series, recipe: Recipe) -> Iterator[_Mask]:
    """Accepted rows whose country is not their own."""
    column = recipe.mapping.country
    if recipe.default_country is None:
        return
    if recipe.country_assumed:  # what a row calls a country and is none did not make it known either
        known = country(rows[column], None, recipe.ignored)[TEXT].is_not_null() if column else ~accepted
        yield "", "country_assumed", accepted & ~known
        return
    silent = accepted
    if column:
        named = rows[column].str.strip_chars().str.to_lowercase()
        silent = accepted & (named.is_null() | named.is_in(["", *recipe.ignored]))
    yield "", "country_defaulted", silent


def _of_bad_rows(bad_rows: pl.DataFrame) -> pl.DataFrame:
    codes = bad_rows.group_by(pl.col("code").alias("measure")).agg(pl.len().alias("count"))
    rows = codes.select(pl.lit("rows").alias("measure"), pl.col("count").sum())
    return pl.concat([codes, rows]).with_columns(country=pl.lit(""), field=pl.lit(""))


def _field_of(fields: dict[str, str]) -> pl.Expr:
    return pl.col("column").replace_strict(fields, default="", return_dtype=pl.String)


def _counted(country: pl.Series, masks: Sequence[_Mask]) -> pl.DataFrame:
    """How often each mask holds, by country."""
    names = pl.DataFrame(
        [(str(at), *mask[:2]) for at, mask in enumerate(masks)],
        schema=["mask", "field", "measure"],
        orient="row",
    )
    held = {str(at): mask for at, (_, _, mask) in enumerate(masks)}
    sums = pl.DataFrame({"country": country} | held).group_by("country").agg(pl.all().sum())
    long = sums.unpivot(index="country", variable_name="mask", value_name="count")
    return long.join(names, on="mask").select(list(QUALITY))
