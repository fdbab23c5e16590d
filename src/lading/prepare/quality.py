"""Counts the quality of a list while it is prepared: numbers by country and field, never a value.

One long frame a batch (`QUALITY`), so that batches add up to a file of any size. `report/quality.py` makes sense of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from lading.model.frames import ROW, Schema
from lading.model.identifiers import CONSENT, STRONG
from lading.prepare.hashing import placeholders
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared
from lading.prepare.text import put, which

#: `country`: alpha-2, "" where none is known or the row was turned away. `field`: an identifier, or "" for a count of rows.
#: `measure`: rows, accepted, no_strong, no_country, no_consent; filled, hashed; or the code of a finding or rejection.
QUALITY: Final[Schema] = {
    "country": pl.String,
    "field": pl.String,
    "measure": pl.String,
    "count": pl.UInt64,
}

_HASH: Final = r"^\s*[0-9a-fA-F]{64}\s*$"
_HASH_LENGTH: Final = 64


def tally(rows: pl.DataFrame, prepared: Prepared, recipe: Recipe, bad_rows: pl.DataFrame) -> pl.DataFrame:
    """The counts of one batch, as `QUALITY`. `bad_rows`: those that could not even be cut into cells."""
    people = _people(prepared)
    sent = people.select(ROW, "country", sent=pl.lit(value=True))
    placed = rows.select(ROW).join(sent, on=ROW, how="left", maintain_order="left")
    country, accepted = placed["country"].fill_null(""), placed["sent"].fill_null(value=False)
    everyone = accepted.all()
    parts = [
        _counted(country, {("", "rows"): None}),
        _of_people(people),
        _of_fields(
            rows if everyone else rows.filter(accepted),
            country if everyone else country.filter(accepted),
            recipe,
        ),
        *_of_findings(rows, country, prepared, recipe),
        _of_bad_rows(bad_rows),
    ]
    return add(parts)


def add(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The sums of several tallies."""
    empty = pl.DataFrame(schema=QUALITY)
    whole = pl.concat([empty, *(part.select(list(QUALITY)).cast(dict(QUALITY)) for part in parts)])  # type: ignore[arg-type]
    sums = whole.group_by("country", "field", "measure").agg(pl.col("count").sum())
    return sums.filter(pl.col("count") > 0).sort("country", "field", "measure")


def _people(prepared: Prepared) -> pl.DataFrame:
    """One line for each accepted row: its country, and what it lacks."""
    strong = pl.any_horizontal(pl.col(name).is_not_null() for name in STRONG)
    signal = pl.any_horizontal(pl.col(name).is_not_null() for name in CONSENT)
    sets = prepared.sets.select(ROW, "country", strong=strong, signal=signal)
    if (prepared.sets["set_no"] == 1).all():
        return sets
    return sets.group_by(ROW, maintain_order=True).agg(
        pl.col("country").first(), pl.col("strong", "signal").any()
    )


def _of_people(people: pl.DataFrame) -> pl.DataFrame:
    country = people["country"].fill_null("")
    return _counted(
        country,
        {
            ("", "accepted"): None,
            ("", "no_strong"): ~people["strong"],
            ("", "no_country"): country == "",
            ("", "no_consent"): ~people["signal"],
        },
    )


def _of_fields(rows: pl.DataFrame, country: pl.Series, recipe: Recipe) -> pl.DataFrame:
    """How many cells of each field say anything, and how many of these are hashed already, in rows that are sent.

    A rejected row counts by its reason alone: its findings are that reason.
    """
    columns = [(name, column) for name, several in recipe.mapping.identifiers.items() for column in several]
    return pl.concat(
        _counted(country, {(name, measure): mask for measure, mask in _cells(rows[column], recipe)})
        for name, column in columns
    )


def _cells(values: pl.Series, recipe: Recipe) -> Iterator[tuple[str, pl.Series]]:
    said = values.str.contains(r"\S").fill_null(value=False)
    yield "filled", put(said, placeholders(values, recipe.ignored), new=False)
    long = values.str.len_bytes() >= _HASH_LENGTH
    if long.any():
        yield "hashed", which(values, long, _HASH)


def _of_findings(
    rows: pl.DataFrame, country: pl.Series, prepared: Prepared, recipe: Recipe
) -> Iterator[pl.DataFrame]:
    """Findings by field, and rejections."""
    fields = {column: name for name, columns in recipe.mapping.identifiers.items() for column in columns}
    lands = pl.DataFrame({ROW: rows[ROW], "country": country})
    for frame in (prepared.findings, prepared.rejections):
        if frame.height:
            field = pl.lit("") if frame is prepared.rejections else _field_of(fields)
            yield (
                frame.join(lands, on=ROW, how="left")
                .with_columns(field.alias("field"), pl.col("country").fill_null(""))
                .group_by("country", "field", pl.col("code").alias("measure"))
                .agg(pl.len().alias("count"))
            )


def _of_bad_rows(bad_rows: pl.DataFrame) -> pl.DataFrame:
    codes = bad_rows.group_by(pl.col("code").alias("measure")).agg(pl.len().alias("count"))
    rows = codes.select(pl.lit("rows").alias("measure"), pl.col("count").sum())
    return pl.concat([codes, rows]).with_columns(country=pl.lit(""), field=pl.lit(""))


def _field_of(fields: dict[str, str]) -> pl.Expr:
    return pl.col("column").replace_strict(fields, default="", return_dtype=pl.String)


def _counted(country: pl.Series, masks: Mapping[tuple[str, str], pl.Series | None]) -> pl.DataFrame:
    """How often each mask holds by country, each named by its field and measure; null for a mask that always holds."""
    names = pl.DataFrame(list(masks), schema=["field", "measure"], orient="row").with_row_index("mask")
    always = pl.Series([True]).new_from_index(0, len(country))
    held = {str(at): always if mask is None else mask for at, mask in enumerate(masks.values())}
    sums = pl.DataFrame({"country": country} | held).group_by("country").agg(pl.all().sum())
    long = sums.unpivot(index="country", variable_name="mask", value_name="count")
    return long.with_columns(pl.col("mask").cast(pl.UInt32)).join(names, on="mask").select(list(QUALITY))
