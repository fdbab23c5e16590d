"""Memberships in clear become hashed events, or a reason: this is where clear values end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from lading.dialects.segment import Membership
from lading.model.frames import EVENTS, ROW, SETS, Schema, conform
from lading.model.identifiers import CONSENT, EXTERNAL_ID_PATTERN, IDENTIFIERS
from lading.prepare.hashing import sha256
from lading.prepare.recipe import Recipe
from lading.prepare.rows import judged
from lading.prepare.suppression import EXTERNAL_ID
from lading.service.drafting import recipe_of
from lading.service.erasure.suppressing import suppression_of
from lading.service.parts import Parts
from lading.service.work import target_of

#: What a membership may have, as columns of a source.
COLUMNS: Final = ("external_id", "country", *CONSENT, *IDENTIFIERS)


@dataclass(frozen=True, slots=True)
class Hashed:
    """Events of one sync, and why others are none: by their place."""

    events: pl.DataFrame
    refused: Mapping[int, str]


def hashed(parts: Parts, sync: str, found: Sequence[Membership]) -> Hashed:
    """The events of memberships of one sync."""
    settings = parts.sync(sync)
    recipe = recipe_of(parts, settings, COLUMNS)
    # One wrong value is no reason to refuse what others sent.
    lenient = replace(recipe.profile, stop_at_invalid=False)
    recipe = replace(recipe, profile=lenient, suppression=suppression_of(parts))
    rows = _rows(found)
    entered = pl.Series([one.entered for one in found], dtype=pl.Boolean)
    came, refused = _entering(rows.filter(entered), recipe)
    # Who denies consent with his entering leaves, if he is a member.
    denied = [row for row, code in refused.items() if code == "consent_denied"]
    left, wrong = _leaving(rows.filter(~entered | pl.col(ROW).is_in(denied)), recipe)
    moments = pl.DataFrame(
        {ROW: rows[ROW], "at": [one.at for one in found], "message": [one.message for one in found]},
        schema_overrides={"at": EVENTS["at"], "message": pl.String},
    )
    events = pl.concat([came, left]).join(moments, on=ROW, how="left")
    target = target_of(sync, settings)
    return Hashed(conform(events.with_columns(target=pl.lit(target)), EVENTS), {**wrong, **refused})


def _rows(found: Sequence[Membership]) -> pl.DataFrame:
    """What memberships have, as rows: columns that none of them has are left out but for the id."""
    held = {name for one in found for name in one.fields}
    texts = {
        name: pl.Series([one.fields.get(name) for one in found], dtype=pl.String)
        for name in COLUMNS
        if name in held or name == COLUMNS[0]
    }
    return pl.DataFrame({ROW: pl.int_range(len(found), dtype=pl.UInt64, eager=True), **texts})


def _entering(rows: pl.DataFrame, recipe: Recipe) -> tuple[pl.DataFrame, dict[int, str]]:
    if rows.is_empty():
        return _NOBODY, {}
    # Each column costs the same for one row as for hundreds.
    mapping = recipe.mapping.within(rows.columns)
    lacking = (pl.lit(None, pl.String).alias(one) for one in mapping.columns if one not in rows.columns)
    done = judged(rows.with_columns(lacking), replace(recipe, mapping=mapping))
    refused = rows.select(ROW, done.verdict).filter(pl.col("code").is_not_null())
    first = [pl.col(name).first() for name in SETS if name not in {ROW, "set_no", *IDENTIFIERS}]
    came = done.sets().group_by(ROW, maintain_order=True).agg(*first, sets=pl.struct(IDENTIFIERS))
    return _shaped(came.with_columns(entered=pl.lit(value=True))), dict(refused.iter_rows())


def _leaving(rows: pl.DataFrame, recipe: Recipe) -> tuple[pl.DataFrame, dict[int, str]]:
    """Who leaves needs an id and nothing else."""
    if rows.is_empty():
        return _NOBODY, {}
    given = pl.col("external_id").str.strip_chars()
    ids = rows.with_columns(external_id=sha256(given) if recipe.external_id == "hash" else given)
    code = (
        pl.when(pl.col("external_id").is_null() | (pl.col("external_id") == "")).then(pl.lit("external_id_missing"))
        .when(~pl.col("external_id").str.contains(EXTERNAL_ID_PATTERN)).then(pl.lit("external_id_illegal"))
        .when(recipe.suppression.holds(EXTERNAL_ID, ids["external_id"]) if recipe.suppression else pl.lit(value=False))
        .then(pl.lit("suppressed"))
    )  # fmt: skip
    judged_ids = ids.with_columns(code=code)
    refused = judged_ids.filter(pl.col("code").is_not_null()).select(ROW, "code")
    kept = judged_ids.filter(pl.col("code").is_null()).select(ROW, "external_id")
    return _shaped(kept.with_columns(entered=pl.lit(value=False))), dict(refused.iter_rows())


_SHAPE: Final[Schema] = {
    ROW: pl.UInt64,
    **{name: kind for name, kind in EVENTS.items() if name not in {"target", "at", "message"}},
}
_NOBODY: Final = pl.DataFrame(schema=_SHAPE)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    return conform(frame, _SHAPE)
