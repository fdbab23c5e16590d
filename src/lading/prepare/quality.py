"""Counts the quality of a list while it is prepared: numbers by country and field, never a value.

One long frame a batch (`QUALITY`), so that batches add up to a file of any size. `report/quality.py` makes sense of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from lading.model.frames import ROW, Schema
from lading.model.identifiers import STRONG
from lading.prepare.reasons import CONSENT
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared

#: `country`: alpha-2, "" where none is known or the row was turned away. `field`: an identifier, or "" for a count of rows.
#: `measure`: rows, accepted, no_strong, no_country, country_defaulted, no_consent (sent without, though of the UK or the EEA); filled, hashed; or
#: the code of a finding or rejection. Rejections for want of consent have their country.
QUALITY: Final[Schema] = {
    "country": pl.String,
    "field": pl.String,
    "measure": pl.String,
    "count": pl.UInt64,
}

_HASH: Final = r"^\s*[0-9a-fA-F]{64}\s*$"


def tally(rows: pl.DataFrame, prepared: Prepared, recipe: Recipe, bad_rows: pl.DataFrame) -> pl.DataFrame:
    """The counts of one batch, as `QUALITY`. `bad_rows`: those that could not even be cut into cells."""
    people = _people(prepared)
    sent = people.select(ROW, "country", sent=pl.lit(value=True))
    placed = rows.select(ROW).join(sent, on=ROW, how="left", maintain_order="left")
    country, accepted = placed["country"].fill_null(""), placed["sent"].fill_null(value=False)
    parts = [
        _of_rows(country, people),
        *(
            _of_field(name, rows.filter(accepted), country.filter(accepted), recipe)
            for name in recipe.mapping.identifiers
        ),
        *_of_findings(rows, country, prepared, recipe),
        _of_consent(prepared.consent),
        _defaulted(rows, country, accepted, recipe),
        *_of_bad_rows(bad_rows),
    ]
    return add(parts)


def turned_away(country: pl.Series, code: str) -> pl.DataFrame:
    """Rows of these countries that were counted as accepted, and are turned away after all."""
    return _counted(country.fill_null(""), "", code)


def add(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The sums of several tallies."""
    empty = pl.DataFrame(schema=QUALITY)
    whole = pl.concat([empty, *(part.select(list(QUALITY)).cast(dict(QUALITY)) for part in parts)])  # type: ignore[arg-type]
    sums = whole.group_by("country", "field", "measure").agg(pl.col("count").sum())
    return sums.filter(pl.col("count") > 0).sort("country", "field", "measure")


def _people(prepared: Prepared) -> pl.DataFrame:
    """One line for each accepted row: its country, and what it lacks."""
    strong = pl.any_horizontal(pl.col(name).is_not_null() for name in STRONG)
    return prepared.sets.group_by(ROW, maintain_order=True).agg(
        pl.col("country").first(),
        strong.any().alias("strong"),
    )


def _of_rows(country: pl.Series, people: pl.DataFrame) -> pl.DataFrame:
    known = people.with_columns(pl.col("country").fill_null(""))
    counts = {
        "accepted": known,
        "no_strong": known.filter(~pl.col("strong")),
        "no_country": known.filter(pl.col("country") == ""),
    }
    sums = [_counted(frame["country"], "", measure) for measure, frame in counts.items()]
    return pl.concat([_counted(country, "", "rows"), *sums])


def _of_field(name: str, rows: pl.DataFrame, country: pl.Series, recipe: Recipe) -> pl.DataFrame:
    """How many cells of a field say anything, and how many of these are hashed already, in rows that are sent.

    A rejected row counts by its reason alone: its findings are that reason.
    """
    parts = []
    for column in recipe.mapping.identifiers[name]:
        cell = rows[column].fill_null("").str.strip_chars()
        filled = (cell != "") & ~cell.str.to_lowercase().is_in(list(recipe.ignored))
        parts.append(_counted(country.filter(filled), name, "filled"))
        parts.append(_counted(country.filter(cell.str.contains(_HASH)), name, "hashed"))
    return pl.concat(parts)


def _of_findings(
    rows: pl.DataFrame, country: pl.Series, prepared: Prepared, recipe: Recipe
) -> Iterator[pl.DataFrame]:
    """Findings by field, and rejections."""
    fields = {column: name for name, columns in recipe.mapping.identifiers.items() for column in columns}
    lands = pl.DataFrame({ROW: rows[ROW], "country": country})
    rejections = prepared.rejections.filter(~pl.col("code").is_in(CONSENT))
    for frame in (prepared.findings, rejections):
        if frame.height:
            field = pl.lit("") if frame is rejections else _field_of(fields)
            yield (
                frame.join(lands, on=ROW, how="left")
                .with_columns(field.alias("field"), pl.col("country").fill_null(""))
                .group_by("country", "field", pl.col("code").alias("measure"))
                .agg(pl.len().alias("count"))
            )


def _of_consent(consent: pl.DataFrame) -> pl.DataFrame:
    return consent.group_by("country", "measure").agg(pl.len().alias("count")).with_columns(field=pl.lit(""))


def _defaulted(rows: pl.DataFrame, country: pl.Series, accepted: pl.Series, recipe: Recipe) -> pl.DataFrame:
    """Accepted rows whose country is only assumed."""
    column = recipe.mapping.country
    if recipe.default_country is None:
        return _counted(country.head(0), "", "country_defaulted")
    named = rows[column].str.strip_chars().str.to_lowercase() if column else country.clear(rows.height)
    silent = named.is_null() | named.is_in(["", *recipe.ignored])
    return _counted(country.filter(accepted & silent), "", "country_defaulted")


def _of_bad_rows(bad_rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    nowhere = pl.Series("country", [""] * bad_rows.height, dtype=pl.String)
    yield _counted(nowhere, "", "rows")
    for (code,), some in bad_rows.group_by("code"):
        yield _counted(nowhere.head(some.height), "", str(code))


def _field_of(fields: dict[str, str]) -> pl.Expr:
    return pl.col("column").replace_strict(fields, default="", return_dtype=pl.String)


def _counted(country: pl.Series, field: str, measure: str) -> pl.DataFrame:
    counts = country.alias("country").to_frame().group_by("country").agg(pl.len().alias("count"))
    return counts.select(
        "country", pl.lit(field).alias("field"), pl.lit(measure).alias("measure"), "count"
    ).cast(
        dict(QUALITY)  # type: ignore[arg-type]
    )
