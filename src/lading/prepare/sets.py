"""Hashed columns become identifier sets: the sets of each row, those of further spellings, and the id of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from lading.model.frames import ROW, SETS, conform
from lading.model.identifiers import IDENTIFIERS, MAX_SETS, STRONG
from lading.prepare.hashing import HASH, readable, sha256
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE
from lading.prepare.recipe import Recipe
from lading.prepare.text import on_some
from lading.prepare.variants import Spelling, spellings


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of the source, worked on: aligned with the rows."""

    field: str
    column: str
    done: pl.DataFrame


def hashes_of(number: int, cells: Sequence[Cells], recipe: Recipe) -> dict[str, pl.Series]:
    """The hashes of the set of this number: a field of a single column goes with every set, others end with their columns."""
    hashes = {}
    for name, columns in recipe.mapping.identifiers.items():
        own = [one.done[HASH] for one in cells if one.field == name]
        if len(columns) == 1 or number < len(columns):
            hashes[name] = own[min(number, len(columns) - 1)]
    return hashes


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows with the country and the consent signals of each."""

    rows: pl.DataFrame
    lands: pl.Series
    signals: pl.DataFrame
    recipe: Recipe


def set_of(batch: Batch, number: int, hashes: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The set of this number for every row, with `usable`: whether it says anything that earlier sets do not."""
    several = [name for name in hashes if len(batch.recipe.mapping.identifiers[name]) > 1]
    return _framed(batch, number, hashes, needed=[hashes[name] for name in (several if number else hashes)])


def _framed(
    batch: Batch, number: int, hashes: Mapping[str, pl.Series], *, needed: Sequence[pl.Series]
) -> pl.DataFrame:
    rows = batch.rows
    usable = pl.select(pl.any_horizontal(one.is_not_null() for one in needed)).to_series()
    columns = {ROW: rows[ROW], "country": batch.lands, **batch.signals.to_dict(), **hashes, "usable": usable}
    missing = [pl.lit(None, pl.String).alias(name) for name in IDENTIFIERS if name not in columns]
    return pl.DataFrame(columns).with_columns(*missing, set_no=pl.lit(number + 1, pl.UInt8))


def variants_of(batch: Batch, bases: Sequence[Mapping[str, pl.Series]]) -> Iterator[pl.DataFrame]:
    """The sets of further spellings of each set of the rows; those of a field of a single column come once."""
    chosen = [(base, one) for one in spellings(batch.recipe.variants) for base in range(len(bases))]
    for number, (base, spelling) in zip(range(len(bases), MAX_SETS), chosen, strict=False):
        others = {name: _other(batch, base, name, spell) for name, spell in spelling.items()}
        differing = {name: other for name, other in others.items() if other is not None}
        if differing:
            merged = {
                name: other.zip_with(other.is_not_null(), bases[base][name])
                for name, other in differing.items()
            }
            yield _framed(batch, number, {**bases[base], **merged}, needed=list(differing.values()))


def _other(batch: Batch, number: int, name: str, spell: Spelling) -> pl.Series | None:
    """The hashes of a field's other spelling, null where there is none."""
    columns = batch.recipe.mapping.identifiers.get(name, ())
    if number >= len(columns):
        return None
    rule = batch.recipe.profile.rules[name]
    clear = readable(batch.rows[columns[number]], rule, batch.recipe.ignored)
    text = spell(pl.DataFrame({VALUE: clear, COUNTRY: batch.lands}))
    kept = pl.DataFrame({TEXT: text.set(text.str.len_bytes() == 0, None)})
    return kept.select(sha256(pl.lit(rule.sign) + pl.col(TEXT))).to_series()


def usable_sets(candidates: Sequence[pl.DataFrame], ids: pl.Series, verdict: pl.Series) -> pl.DataFrame:
    """The usable sets of the rows that go on, equal ones of a row once, in the order of rows."""
    accepted = verdict.is_null()
    kept = [_only(frame.with_columns(ids), accepted & frame["usable"]) for frame in candidates]
    if len(kept) == 1:
        return conform(kept[0], SETS)
    together = pl.concat([conform(frame, SETS) for frame in kept]).sort(ROW, "set_no", maintain_order=True)
    return conform(together.unique([ROW, *IDENTIFIERS], keep="first", maintain_order=True), SETS)


def _only(frame: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The chosen rows, without the columns that say nothing."""
    said = frame.select(one for one in frame if one.name == ROW or one.null_count() < frame.height)
    return said if chosen.all() else said.filter(chosen)


def _trimmed(values: pl.Series) -> pl.Series:
    text = values.str.strip_chars()
    return text.set(text.str.len_bytes() == 0, None)


def external_ids(rows: pl.DataFrame, candidates: Sequence[pl.DataFrame], recipe: Recipe) -> pl.Series:
    """The id of each row: the one given, its hash, or one that is derived from the strongest identifier; null where there is none."""
    if recipe.external_id == "derive":
        strong = [frame[name] for name in STRONG for frame in candidates]
        ids = pl.select(pl.coalesce(*strong)).to_series().alias("external_id")
        return on_some(ids, ids.is_null(), lambda _: _weak_ids(candidates[0].filter(ids.is_null())))
    given = _trimmed(rows[str(recipe.mapping.external_id)]).alias("external_id")
    if recipe.external_id == "hash":
        return pl.DataFrame(given).select(sha256(pl.col("external_id"))).to_series().alias("external_id")
    return given


def _weak_ids(sets: pl.DataFrame) -> pl.Series:
    """Ids of sets without a strong hash: the first 32 hex digits of SHA-256 over all eight."""
    whole = pl.concat_str([pl.col(name).fill_null("") for name in IDENTIFIERS], separator="|")
    return sets.select(sha256(whole).str.slice(0, 32)).to_series()
