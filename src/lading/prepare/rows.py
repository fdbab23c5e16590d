"""Rows in clear go in; hashed identifier sets, rejections and findings come out. Every row is in a set or in a rejection.

Everything is worked on in whole columns that stay aligned with the rows until the last step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from lading.model.frames import FINDINGS, conform
from lading.model.identifiers import EXTERNAL_ID_PATTERN, STRONG
from lading.prepare.consent import Consents, consents
from lading.prepare.hashing import hashed
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import TEXT, nothing
from lading.prepare.recipe import Recipe
from lading.prepare.sets import Batch, Cells, external_ids, hashes_of, set_of, usable_sets, variants_of
from lading.prepare.suppression import EXTERNAL_ID, Suppression
from lading.prepare.telling import consent_counts, findings_of, rejections_of, stop_at_invalid


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of the rows: `frames.SETS`, `frames.REJECTIONS`, `frames.FINDINGS`, each in the order of rows."""

    sets: pl.DataFrame
    rejections: pl.DataFrame
    findings: pl.DataFrame
    #: Who denies consent: `frames.DENIED`.
    denied: pl.DataFrame
    #: `country` and `measure`, one line a row: rows turned away for want of consent, by code, and sent without (no_consent).
    consent: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows that were hashed and judged, aligned with them: what sets and rejections are made of."""

    lands: pl.DataFrame
    cells: Sequence[Cells]
    consent: Consents
    candidates: Sequence[pl.DataFrame]
    ids: pl.Series
    #: Why a row is turned away, by code; null for a row that goes on.
    verdict: pl.Series

    def sets(self) -> pl.DataFrame:
        """`frames.SETS` of the rows that go on."""
        return usable_sets(self.candidates, self.ids, self.verdict)


def judged(rows: pl.DataFrame, recipe: Recipe) -> Judged:
    """Hash rows and judge them, without telling of single values: all that a door for a few rows at a time needs."""
    lands = countries_of(rows, recipe)
    cells = _cells(rows, lands[TEXT], recipe)
    bases = [hashes_of(number, cells, recipe) for number in range(recipe.mapping.sets)]
    consent = consents(rows, _known_countries(rows, lands, recipe)[TEXT], recipe)
    batch = Batch(rows, lands[TEXT], consent.signals, recipe)
    candidates = [set_of(batch, number, hashes) for number, hashes in enumerate(bases)]
    every = [*candidates, *variants_of(batch, bases)]
    ids = external_ids(rows, candidates, recipe)
    verdict = _verdict(ids, candidates, consent.code, _suppressed(ids, every, recipe.suppression))
    return Judged(lands, cells, consent, every, ids, verdict)


def prepare(rows: pl.DataFrame, recipe: Recipe) -> Prepared:
    """The identifier sets of these rows, which are text but for `row`, by the recipe.

    Frames may be prepared beside each other, in threads: Polars leaves the interpreter free meanwhile.
    """
    done = judged(rows, recipe)
    findings = findings_of(rows, done.cells, done.lands, done.consent, recipe)
    if recipe.profile.stop_at_invalid:
        stop_at_invalid(findings)
    return Prepared(
        sets=done.sets(),
        rejections=rejections_of(rows, done.verdict, findings, done.consent, recipe),
        findings=conform(findings.filter(done.verdict.is_null().gather(findings["at"])), FINDINGS),
        denied=done.ids.filter(done.verdict == "consent_denied").to_frame(),
        consent=consent_counts(done.lands[TEXT], done.verdict, done.consent),
    )


def _cells(rows: pl.DataFrame, lands: pl.Series, recipe: Recipe) -> list[Cells]:
    return [
        Cells(name, column, hashed(rows[column], lands, recipe.profile.rules[name], recipe.ignored))
        for name, columns in recipe.mapping.identifiers.items()
        for column in columns
    ]


def countries_of(rows: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """The country of each row, the default where it names none: `text` and `finding`."""
    column = recipe.mapping.country
    named = rows[column] if column else nothing(rows.height)
    return country(named, recipe.default_country, recipe.ignored)


def _known_countries(rows: pl.DataFrame, lands: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """The countries without those that are only assumed."""
    return countries_of(rows, replace(recipe, default_country=None)) if recipe.country_assumed else lands


def _suppressed(
    ids: pl.Series, candidates: Sequence[pl.DataFrame], suppression: Suppression
) -> pl.Series | None:
    """Whether a row is of somebody who was erased, by its id or by any of its strong identifiers; None where nobody was."""
    if not suppression:
        return None
    hits = [suppression.holds(EXTERNAL_ID, ids)]
    hits += [suppression.holds(name, frame[name]) for name in STRONG for frame in candidates]
    return pl.select(pl.any_horizontal(hits)).to_series()


def _verdict(
    ids: pl.Series, candidates: Sequence[pl.DataFrame], consent: pl.Series, suppressed: pl.Series | None
) -> pl.Series:
    """Why a row is turned away, by code; null for a row that goes on.

    A denial counts even in a row with nothing else in it: its person may be a member. Of somebody who was erased not even
    that is kept.
    """
    erased = pl.lit(value=False) if suppressed is None else suppressed
    usable = pl.select(pl.any_horizontal(frame["usable"] for frame in candidates)).to_series()
    return pl.select(
        pl.when(ids.is_null()).then(pl.lit("external_id_missing"))
        .when(~ids.str.contains(EXTERNAL_ID_PATTERN)).then(pl.lit("external_id_illegal"))
        .when((pl.lit(consent) == "consent_denied") & ~erased).then(consent)
        .when(~usable).then(pl.lit("no_identifier"))
        .when(erased).then(pl.lit("suppressed"))
        .otherwise(consent)
    ).to_series().alias("code")  # fmt: skip
