"""Rows of a dataset in clear go in; typed rows, rejections and findings come out. Every row is in one of the first two.

Everything is worked on in whole columns that stay aligned with the rows until the last step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.model.frames import FINDINGS, REJECTIONS, ROW, conform
from lading.model.identifiers import OF_OTHERS, STRONG
from lading.prepare.consent import Consents, consents
from lading.prepare.datasets import reasons
from lading.prepare.datasets.cell import CODE, FINDING, VALUE
from lading.prepare.datasets.columns import Batch, cells
from lading.prepare.datasets.raw import Hit, hits, says_phone
from lading.prepare.datasets.recipe import PARTITION, ROW_NUMBER, TYPES, Column, DatasetRecipe
from lading.prepare.datasets.times import partition
from lading.prepare.mask import masked
from lading.prepare.normalize.shape import TEXT, nothing
from lading.prepare.rows import countries_of
from lading.prepare.telling import deciding, stop_at_invalid

#: Types in whose values no identifier can hide, once they are read: but for phone numbers in digits alone, which only a
#: column's name gives away.
_READ: Final = frozenset({"DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"})


@dataclass(frozen=True, slots=True, repr=False)
class DatasetRows:
    """What became of some rows."""

    #: `DatasetRecipe.schema`, in the order of rows.
    rows: pl.DataFrame
    #: `frames.REJECTIONS` and `frames.FINDINGS`, likewise.
    rejections: pl.DataFrame
    findings: pl.DataFrame
    #: The first raw identifier of each column that has one, allowed or not. Where one is not, nothing of this may be kept.
    hits: tuple[Hit, ...]
    #: Rows that go on without a country.
    without_country: int


@dataclass(frozen=True, slots=True)
class _Cells:
    """One column of the dataset, worked on: `value`, `code`, `finding`, aligned with the rows."""

    column: Column
    done: pl.DataFrame


def prepare_rows(rows: pl.DataFrame, recipe: DatasetRecipe) -> DatasetRows:
    """The dataset's rows out of these, which are text but for `row`, by the recipe. Frames may be prepared beside each other."""
    lands = countries_of(rows, recipe.people)[TEXT]
    consent = consents(rows, lands, recipe.people)
    batch = Batch(rows, lands, consent, recipe)
    worked = [_Cells(column, _required(column, cells(column, batch))) for column in recipe.columns]
    verdict = _verdict(worked, consent, _suppressed(worked, recipe))
    findings = _findings(rows, worked)
    if recipe.people.profile.stop_at_invalid:
        stop_at_invalid(findings)
    accepted = verdict[CODE].is_null()
    kept = _kept(rows, worked, recipe)
    return DatasetRows(
        rows=kept if accepted.all() else kept.filter(accepted),
        rejections=_rejections(rows, worked, verdict, consent, recipe),
        findings=conform(findings.filter(accepted.gather(findings["at"])), FINDINGS),
        hits=tuple(hits(dict(_searched(rows, worked, recipe)), rows[ROW], lands)),
        without_country=int((accepted & lands.is_null()).sum()),
    )


def _required(column: Column, done: pl.DataFrame) -> pl.DataFrame:
    """Nothing where there must be something is a reason to turn the row away."""
    if column.nullable and not column.event_time:
        return done
    lacking = pl.lit("event_time_missing" if column.event_time else "null_not_allowed")
    return done.with_columns(
        pl.when(pl.col(CODE).is_null() & pl.col(VALUE).is_null()).then(lacking).otherwise(CODE).alias(CODE)
    )


def _suppressed(worked: list[_Cells], recipe: DatasetRecipe) -> pl.Series | None:
    """Whether a row is of somebody who was erased, by a strong identifier or an id of others; None where nobody was."""
    people = recipe.people.suppression
    if not people:
        return None
    known = [(one.column.external or one.column.identifier, one.done[VALUE]) for one in worked]
    found = [people.holds(kind, values) for kind, values in known if kind in {*STRONG, *OF_OTHERS}]
    return pl.select(pl.any_horizontal(found)).to_series() if found else None


def _verdict(worked: list[_Cells], consent: Consents, suppressed: pl.Series | None) -> pl.DataFrame:
    """`code`: why a row is turned away, null for a row that goes on; `at`: the column of the dataset that decided, by number.

    A denial counts first, then whoever was erased, then the columns in their order, then consent that is lacking.
    """
    denied = consent.code == "consent_denied"
    codes = [
        pl.when(pl.lit(denied.fill_null(value=False))).then(pl.lit("consent_denied")).alias("denied"),
        pl.when(pl.lit(False if suppressed is None else suppressed))
        .then(pl.lit("suppressed"))
        .alias("suppressed"),
    ]
    bad = [
        (number, one.done[CODE])
        for number, one in enumerate(worked)
        if one.done[CODE].null_count() < len(denied)
    ]
    frame = pl.DataFrame({"consent": consent.code, **{f"cell_{number}": code for number, code in bad}})
    names = [f"cell_{number}" for number, _ in bad]
    at = [pl.when(pl.col(f"cell_{number}").is_not_null()).then(pl.lit(number, pl.Int32)) for number, _ in bad]
    return frame.with_columns(codes).select(
        pl.coalesce("denied", "suppressed", *names, "consent").alias(CODE),
        pl.when(pl.col("denied").is_null() & pl.col("suppressed").is_null())
        .then(pl.coalesce(*at, pl.lit(None, pl.Int32)))
        .alias("at"),
    )


def _kept(rows: pl.DataFrame, worked: list[_Cells], recipe: DatasetRecipe) -> pl.DataFrame:
    event = next((one.done[VALUE] for one in worked if one.column.event_time), None)
    parted = (
        pl.Series([None], dtype=TYPES["TIMESTAMP"]).new_from_index(0, rows.height)
        if event is None or recipe.period is None
        else partition(event, recipe.period)
    )
    own = {one.column.name: one.done[VALUE] for one in worked}
    return conform(pl.DataFrame({ROW_NUMBER: rows[ROW], PARTITION: parted, **own}), recipe.schema)


def _findings(rows: pl.DataFrame, worked: list[_Cells]) -> pl.DataFrame:
    """All findings, those of rows that are turned away too; `at` is the row's place in the frame."""
    told = [one for one in worked if one.done[FINDING].null_count() < rows.height]
    found = [_told(rows, one.column.source, one.done[FINDING]) for one in told]
    empty = pl.DataFrame(schema={"at": pl.UInt32, **FINDINGS})
    return pl.concat([empty, *found]).sort("at", maintain_order=True)


def _told(rows: pl.DataFrame, column: str, codes: pl.Series) -> pl.DataFrame:
    at = codes.is_not_null().arg_true()
    frame = pl.DataFrame(
        {"at": at, ROW: rows[ROW].gather(at), "code": codes.gather(at), "value": rows[column].gather(at)}
    )
    return frame.select(
        pl.col("at").cast(pl.UInt32), ROW, pl.lit(column).alias("column"), "code",
        message=pl.col("code").replace_strict(reasons.FINDINGS, return_dtype=pl.String), masked=masked(pl.col("value")),
    )  # fmt: skip


def _rejections(
    rows: pl.DataFrame, worked: list[_Cells], verdict: pl.DataFrame, consent: Consents, recipe: DatasetRecipe
) -> pl.DataFrame:
    """One entry for each row that is turned away, with the value that decided."""
    at = verdict[CODE].is_not_null().arg_true()
    turned = pl.DataFrame(
        {ROW: rows[ROW].gather(at), "code": verdict[CODE].gather(at), "decided": verdict["at"].gather(at)}
    )
    numbers = turned["decided"].drop_nulls().unique()
    sources = {int(number): worked[int(number)].column.source for number in numbers}
    values = [
        pl.when(pl.col("decided") == number).then(pl.lit(rows[column].gather(at)))
        for number, column in sources.items()
    ]
    of_consent = pl.col("code").is_in(["consent_denied", "consent_unreadable", "consent_missing"])
    # Where no signal says anything, the first column that could have.
    signal = next(iter(recipe.people.mapping.consent.values()), None)
    column = pl.col("decided").replace_strict(sources, default=None, return_dtype=pl.String)
    return conform(
        turned.hstack(deciding(rows, at, consent, recipe.people)).with_columns(
            column=pl.when(of_consent)
            .then(pl.coalesce("signal", pl.lit(signal, pl.String)))
            .otherwise(column),
            masked=masked(
                pl.when(of_consent).then("said").otherwise(pl.coalesce(*values, pl.lit(None, pl.String)))
            ),
            message=pl.col("code").replace_strict(reasons.REJECTIONS, return_dtype=pl.String),
        ),
        REJECTIONS,
    )


def _searched(
    rows: pl.DataFrame, worked: list[_Cells], recipe: DatasetRecipe
) -> Iterator[tuple[str, pl.Series]]:
    """The columns of the source in which no raw identifier may stand, without values that were read as something else."""
    read = {one.column.source: one.done[VALUE] for one in worked if one.column.type in _READ}
    for column in recipe.searched:
        values = rows[column]
        if column in read and not says_phone(column):
            values = values.zip_with(read[column].is_null(), nothing(rows.height).alias(column))
        yield column, values
