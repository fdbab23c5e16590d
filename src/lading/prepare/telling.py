"""What is told of rows: findings about their values, why they were turned away, and how many for want of consent."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import REJECTIONS, ROW, conform
from lading.prepare import reasons
from lading.prepare.consent import Consents
from lading.prepare.detect import noticed
from lading.prepare.mask import masked
from lading.prepare.normalize.shape import FINDING, nothing
from lading.prepare.recipe import Recipe
from lading.prepare.sets import Cells


def consent_counts(lands: pl.Series, verdict: pl.Series, consent: Consents) -> pl.DataFrame:
    """`Prepared.consent`: a line for each row turned away for want of consent, or sent without."""
    turned = verdict.is_in(list(reasons.CONSENT))
    without = verdict.is_null() & consent.lacking
    measure = pl.when(turned).then(verdict).when(without).then(pl.lit("no_consent"))
    counted = pl.select(country=lands.fill_null(""), measure=measure)
    return counted.filter(pl.col("measure").is_not_null())


def findings_of(
    rows: pl.DataFrame, cells: Sequence[Cells], lands: pl.DataFrame, consent: Consents, recipe: Recipe
) -> pl.DataFrame:
    """All findings, those of rows that are turned away too; `at` is the row's place in the frame."""
    checked = [(one.column, noticed(one.field, one.column, rows[one.column], one.done)) for one in cells]
    if recipe.mapping.country:
        checked.insert(0, (recipe.mapping.country, lands[FINDING]))
    for name, mask in consent.unknown.items():
        if mask.any():
            checked.append((recipe.mapping.consent[name], _coded(mask, "consent_value_unknown")))
    found = pl.concat([_of_column(rows, column, codes) for column, codes in checked])
    message = pl.col("code").replace_strict(reasons.FINDINGS, return_dtype=pl.String)
    ordered = found.sort("at", maintain_order=True)
    return ordered.select(
        "at",
        rows[ROW].gather(ordered["at"]),
        "column",
        "code",
        message=message,
        masked=masked(pl.col("value")),
    )


def _coded(mask: pl.Series, code: str) -> pl.Series:
    return pl.select(pl.when(mask).then(pl.lit(code))).to_series()


def stop_at_invalid(findings: pl.DataFrame) -> None:
    """Raises SettingsError for the first value that does not fit its rule."""
    invalid = findings.filter(pl.col("code").is_in(list(reasons.INVALID))).head(1)
    for row, column, code, said, shown in invalid.select(
        ROW, "column", "code", "message", "masked"
    ).iter_rows():
        raise SettingsError(
            f"{shown} {said.removesuffix('; not sent')}; correct it, or set on_invalid: null",
            where=f"row {row}, column {column}", code=code,
        )  # fmt: skip


def _of_column(rows: pl.DataFrame, column: str, codes: pl.Series) -> pl.DataFrame:
    at = codes.is_not_null().arg_true()
    named = pl.Series("column", [column]).new_from_index(0, len(at))
    return pl.DataFrame(
        {"at": at, "column": named, "code": codes.gather(at), "value": rows[column].gather(at)}
    )


def rejections_of(
    rows: pl.DataFrame, verdict: pl.Series, findings: pl.DataFrame, consent: Consents, recipe: Recipe
) -> pl.DataFrame:
    """One entry for each row that is turned away, with the value that decided."""
    at = verdict.is_not_null().arg_true()
    turned = pl.DataFrame({"at": at, ROW: rows[ROW].gather(at), "code": verdict.gather(at)})
    column = recipe.mapping.external_id
    ids = rows[column].gather(at) if column else nothing(len(at))
    values = findings.filter(~pl.col("code").is_in(["country_unknown", "consent_value_unknown"]))
    first = values.group_by("at", maintain_order=True).agg(pl.col("column", "masked").first())
    by_value = turned.with_columns(ids.alias("id")).join(first, on="at", how="left", maintain_order="left")
    empty, refused = pl.col("code") == "no_identifier", pl.col("code").is_in(list(reasons.CONSENT))
    # Of somebody who was erased nothing is shown: only that his row was there.
    of_id = pl.col("code") != "suppressed"
    return conform(
        by_value.hstack(deciding(rows, at, consent, recipe)).with_columns(
            column=pl.when(empty)
            .then("column")
            .when(refused)
            .then("signal")
            .otherwise(pl.when(of_id).then(pl.lit(column, pl.String))),
            masked=pl.when(empty)
            .then("masked")
            .when(refused)
            .then(masked(pl.col("said")))
            .otherwise(pl.when(of_id).then(masked(pl.col("id")))),
            message=pl.col("code").replace_strict(reasons.REJECTIONS, return_dtype=pl.String),
        ),
        REJECTIONS,
    )


def deciding(rows: pl.DataFrame, at: pl.Series, consent: Consents, recipe: Recipe) -> pl.DataFrame:
    """The consent signal that decided on the rows at these places: its column, and what it says."""
    mapped = recipe.mapping.consent
    signal = consent.signal.gather(at).to_frame("name")
    said = [pl.when(pl.col("name") == name).then(rows[column].gather(at)) for name, column in mapped.items()]
    return signal.select(
        signal=pl.col("name").replace_strict(mapped, default=None, return_dtype=pl.String),
        said=pl.coalesce(*said, pl.lit(None, pl.String)),
    )
