"""Rows in clear go in; hashed identifier sets, rejections and findings come out. Every row is in a set or in a rejection.

Everything is worked on in whole columns that stay aligned with the rows until the last step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import FINDINGS, REJECTIONS, ROW, SETS, conform
from lading.model.identifiers import EXTERNAL_ID_PATTERN, IDENTIFIERS, MAX_SETS, STRONG
from lading.prepare import reasons
from lading.prepare.consent import Consents, consents
from lading.prepare.detect import noticed
from lading.prepare.hashing import HASH, hashed, readable, sha256
from lading.prepare.mask import masked
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import COUNTRY, FINDING, TEXT, VALUE, nothing
from lading.prepare.recipe import Recipe
from lading.prepare.suppression import EXTERNAL_ID, Suppression
from lading.prepare.text import on_some
from lading.prepare.variants import Spelling, spellings


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
class _Cells:
    """One column of the source, worked on: aligned with the rows."""

    field: str
    column: str
    done: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows that were hashed and judged, aligned with them: what sets and rejections are made of."""

    lands: pl.DataFrame
    cells: Sequence[_Cells]
    consent: Consents
    candidates: Sequence[pl.DataFrame]
    ids: pl.Series
    #: Why a row is turned away, by code; null for a row that goes on.
    verdict: pl.Series

    def sets(self) -> pl.DataFrame:
        """`frames.SETS` of the rows that go on."""
        return _sets(self.candidates, self.ids, self.verdict)


def judged(rows: pl.DataFrame, recipe: Recipe) -> Judged:
    """Hash rows and judge them, without telling of single values: all that a door for a few rows at a time needs."""
    lands = countries_of(rows, recipe)
    cells = _cells(rows, lands[TEXT], recipe)
    bases = [_hashes(number, cells, recipe) for number in range(recipe.mapping.sets)]
    consent = consents(rows, _known_countries(rows, lands, recipe)[TEXT], recipe)
    batch = _Batch(rows, lands[TEXT], consent.signals, recipe)
    candidates = [_set(batch, number, hashes) for number, hashes in enumerate(bases)]
    every = [*candidates, *_variants(batch, bases)]
    ids = _external_ids(rows, candidates, recipe)
    verdict = _verdict(ids, candidates, consent.code, _suppressed(ids, every, recipe.suppression))
    return Judged(lands, cells, consent, every, ids, verdict)


def prepare(rows: pl.DataFrame, recipe: Recipe) -> Prepared:
    """The identifier sets of these rows, which are text but for `row`, by the recipe.

    Frames may be prepared beside each other, in threads: Polars leaves the interpreter free meanwhile.
    """
    done = judged(rows, recipe)
    findings = _findings(rows, done.cells, done.lands, done.consent, recipe)
    if recipe.profile.stop_at_invalid:
        stop_at_invalid(findings)
    return Prepared(
        sets=done.sets(),
        rejections=_rejections(rows, done.verdict, findings, done.consent, recipe),
        findings=conform(findings.filter(done.verdict.is_null().gather(findings["at"])), FINDINGS),
        denied=done.ids.filter(done.verdict == "consent_denied").to_frame(),
        consent=_consent_counts(done.lands[TEXT], done.verdict, done.consent),
    )


def _cells(rows: pl.DataFrame, lands: pl.Series, recipe: Recipe) -> list[_Cells]:
    return [
        _Cells(name, column, hashed(rows[column], lands, recipe.profile.rules[name], recipe.ignored))
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


def _hashes(number: int, cells: Sequence[_Cells], recipe: Recipe) -> dict[str, pl.Series]:
    """The hashes of the set of this number: a field of a single column goes with every set, others end with their columns."""
    hashes = {}
    for name, columns in recipe.mapping.identifiers.items():
        own = [one.done[HASH] for one in cells if one.field == name]
        if len(columns) == 1 or number < len(columns):
            hashes[name] = own[min(number, len(columns) - 1)]
    return hashes


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some rows with the country and the consent signals of each."""

    rows: pl.DataFrame
    lands: pl.Series
    signals: pl.DataFrame
    recipe: Recipe


def _set(batch: _Batch, number: int, hashes: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The set of this number for every row, with `usable`: whether it says anything that earlier sets do not."""
    several = [name for name in hashes if len(batch.recipe.mapping.identifiers[name]) > 1]
    return _framed(batch, number, hashes, needed=[hashes[name] for name in (several if number else hashes)])


def _framed(
    batch: _Batch, number: int, hashes: Mapping[str, pl.Series], *, needed: Sequence[pl.Series]
) -> pl.DataFrame:
    rows = batch.rows
    usable = pl.select(pl.any_horizontal(one.is_not_null() for one in needed)).to_series()
    columns = {ROW: rows[ROW], "country": batch.lands, **batch.signals.to_dict(), **hashes, "usable": usable}
    missing = [pl.lit(None, pl.String).alias(name) for name in IDENTIFIERS if name not in columns]
    return pl.DataFrame(columns).with_columns(*missing, set_no=pl.lit(number + 1, pl.UInt8))


def _variants(batch: _Batch, bases: Sequence[Mapping[str, pl.Series]]) -> Iterator[pl.DataFrame]:
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


def _other(batch: _Batch, number: int, name: str, spell: Spelling) -> pl.Series | None:
    """The hashes of a field's other spelling, null where there is none."""
    columns = batch.recipe.mapping.identifiers.get(name, ())
    if number >= len(columns):
        return None
    rule = batch.recipe.profile.rules[name]
    clear = readable(batch.rows[columns[number]], rule, batch.recipe.ignored)
    text = spell(pl.DataFrame({VALUE: clear, COUNTRY: batch.lands}))
    kept = pl.DataFrame({TEXT: text.set(text.str.len_bytes() == 0, None)})
    return kept.select(sha256(pl.lit(rule.sign) + pl.col(TEXT))).to_series()


def _trimmed(values: pl.Series) -> pl.Series:
    text = values.str.strip_chars()
    return text.set(text.str.len_bytes() == 0, None)


def _external_ids(rows: pl.DataFrame, candidates: Sequence[pl.DataFrame], recipe: Recipe) -> pl.Series:
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


def _sets(candidates: Sequence[pl.DataFrame], ids: pl.Series, verdict: pl.Series) -> pl.DataFrame:
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


def _consent_counts(lands: pl.Series, verdict: pl.Series, consent: Consents) -> pl.DataFrame:
    turned = verdict.is_in(list(reasons.CONSENT))
    without = verdict.is_null() & consent.lacking
    measure = pl.when(turned).then(verdict).when(without).then(pl.lit("no_consent"))
    counted = pl.select(country=lands.fill_null(""), measure=measure)
    return counted.filter(pl.col("measure").is_not_null())


def _findings(
    rows: pl.DataFrame, cells: Sequence[_Cells], lands: pl.DataFrame, consent: Consents, recipe: Recipe
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


def _rejections(
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
