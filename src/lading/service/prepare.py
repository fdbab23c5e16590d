"""Hashing a file without sending it: what a sync would send of it, as Parquet, and why rows are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.membership.files import Stream, open_parquet
from lading.model.frames import REJECTIONS, ROW, Schema
from lading.model.identifiers import IDENTIFIERS
from lading.prepare.clear_text import NORMALIZED, normalized_texts
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared
from lading.service.identity import identity_of, placeholders_of, rules_of
from lading.service.judging import judging
from lading.service.preparing import prepared_frames
from lading.service.progress import Progress
from lading.service.quality import check_ending, write
from lading.sources.files import FileSource
from lading.sources.source import Source

#: The output: the input's fields under their own names, identifiers as 64 lower-case hexadecimal digits or null.
HASHED: Final[Schema] = {
    ROW: pl.UInt64, "external_user_id": pl.String, **dict.fromkeys(IDENTIFIERS, pl.String), "country": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedFile:
    """What became of a file."""

    out: str
    rejections_file: str
    read: int
    #: Lines of the output: identifier sets; a row with two e-mails makes two.
    written: int
    rejected: int
    #: By reason.
    rejections: Mapping[str, int]
    findings: Mapping[str, int]

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareOrder:
    """Which file, and how its rows are read."""

    source: Path
    out: Path
    country: str | None = None
    profile: str = "amc"
    encoding: str | None = None
    delimiter: str | None = None
    #: Settings of `identity:`, each KEY=VALUE.
    identity: tuple[str, ...] = ()
    #: Columns of consent, each SIGNAL=COLUMN; those with usual names are found without.
    consent: tuple[str, ...] = ()
    #: Whether the output holds the normalized texts in clear, too.
    with_normalized: bool = False
    #: Where the quality report goes: .html, .json or .txt.
    report: Path | None = None


def prepare_file(order: PrepareOrder, progress: Progress) -> PreparedFile:
    """Hash `order.source` into `order.out`, with the rejected rows and their reasons in a file beside it."""
    if order.out.suffix != ".parquet":
        raise SettingsError("has to end in .parquet", where=f"--out {order.out}", code="wrong_output")
    if order.report:
        check_ending(order.report)
    beside = order.out.with_name(f"{order.out.stem}.rejections.parquet")
    _spare(order.source, order.out, beside, order.report)
    source = FileSource(
        order.source.parent, order.source.name, encoding=order.encoding, delimiter=order.delimiter
    )
    recipe = _recipe(source, order)
    rejections: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    rows = 0
    progress.stage("Hashing")
    with ExitStack() as stack:
        judge = stack.enter_context(judging(order.out.parent)) if order.report else None
        hashed = stack.enter_context(open_parquet(order.out.parent, "prepared", _schema(order)))
        turned_away = stack.enter_context(open_parquet(order.out.parent, "rejections", REJECTIONS))
        for whole in prepared_frames(source, recipe, rows_too=order.with_normalized):
            frame, done = whole.source, whole.done
            hashed.write(_lines(frame.rows, done, recipe, order))
            for rejected in (frame.bad_rows, done.rejections):
                turned_away.write(rejected)
                rejections.update(dict(rejected["code"].value_counts().iter_rows()))
            findings.update(dict(done.findings["code"].value_counts().iter_rows()))
            if judge:
                judge.take(whole)
            rows += frame.read
            progress.advance(rows, None, "rows")
        found = judge.verdict() if judge else None
    _name(hashed, order.out)
    _name(turned_away, beside)
    if order.report and found:
        write(found, order.report, f"{order.source.name}: quality")
    return PreparedFile(
        out=str(order.out), rejections_file=str(beside), read=rows, written=hashed.file.rows,
        rejected=turned_away.file.rows, rejections=dict(rejections), findings=dict(findings),
    )  # fmt: skip


def _spare(source: Path, *written: Path | None) -> None:
    """Refuse to write over what is read."""
    for path in written:
        if path and path.exists() and source.exists() and path.samefile(source):
            raise SettingsError(
                "is the file that is read, and would be written over; name another one",
                where=str(path),
                code="wrong_output",
            )


def _recipe(source: Source, order: PrepareOrder) -> Recipe:
    """Columns by their usual names; without a column of ids, ids are derived, for there is nobody to send them to."""
    columns, identity = (
        resolve(source.columns(), {"consent": _named(order.consent)}),
        identity_of((f"profile={order.profile}", *order.identity)),
    )
    rules = rules_of(identity)
    return Recipe(
        mapping=columns,
        profile=rules,
        default_country=order.country,
        external_id="derive" if columns.external_id is None else identity.external_id,
        placeholders=placeholders_of(identity),
        variants=identity.variants,
    )


def _named(choices: tuple[str, ...]) -> dict[str, str]:
    for choice in choices:
        if not all(choice.partition("=")):
            raise SettingsError(
                "write SIGNAL=COLUMN, such as amzn_user_data=ads_consent",
                where=f"--consent {choice}",
                code="wrong_value",
            )
    return {choice.partition("=")[0]: choice.partition("=")[2] for choice in choices}


def _schema(order: PrepareOrder) -> Schema:
    return HASHED | (dict.fromkeys(NORMALIZED.values(), pl.String) if order.with_normalized else {})


def _lines(rows: pl.DataFrame, done: Prepared, recipe: Recipe, order: PrepareOrder) -> pl.DataFrame:
    lines = done.sets.rename({"external_id": "external_user_id"})
    if not order.with_normalized:
        return lines
    return lines.join(normalized_texts(rows, recipe), on=[ROW, "set_no"], how="left", maintain_order="left")


def _name(stream: Stream, path: Path) -> None:
    (path.parent / stream.file.name).replace(path)
