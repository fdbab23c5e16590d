"""The first two rooms for datasets: a source's rows become typed rows, rejections and findings, on disk, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import Problem, Remedy, SettingsError
from lading.membership.files import FileRef, open_parquet
from lading.model.frames import FINDINGS, REJECTIONS
from lading.prepare.datasets.raw import Hit
from lading.prepare.datasets.recipe import PARTITION, DatasetRecipe
from lading.prepare.datasets.rows import DatasetRows, prepare_rows
from lading.service.preparing import worked_frames
from lading.service.progress import Progress
from lading.service.reading import count
from lading.sources.source import Source, SourceFrame

#: How the beginning of a partition is written.
STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetReading:
    """What was read. The files hold no identifier in clear, but for columns that the settings allow.

    `files`: `rows` (`DatasetRecipe.schema`, in order of reading), `rejections` and `findings` (`model.frames`).
    The books: `read` = rows of `files["rows"]` + `rejected`.
    """

    files: Mapping[str, FileRef]
    #: Of the source.
    version: str
    read: int
    rejected: int
    #: Rows by code.
    rejections: Mapping[str, int]
    #: Values by code.
    findings: Mapping[str, int]
    #: Beginning of the partition in UTC, such as 2024-05-01T00:00:00Z -> rows, in order of time. Empty for a table.
    partitions: Mapping[str, int]
    #: The first and the last event; None for a table, and where no row is left.
    earliest: datetime | None
    latest: datetime | None
    #: Columns in which raw identifiers were seen, and which are allowed to hold them -> the reason: for the audit log.
    allowed: Mapping[str, str]
    #: Rows that are sent without a country: Amazon takes it for UNKNOWN, and matches hardly anybody.
    without_country: int

    @property
    def recorded(self) -> int:
        """Rows that can be sent."""
        return self.files["rows"].rows


@dataclass(slots=True)
class _Tally:
    read: int = 0
    without_country: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    partitions: Counter[datetime] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)
    allowed: dict[str, str] = field(default_factory=dict)


def read_rows(source: Source, recipe: DatasetRecipe, folder: Path, progress: Progress) -> DatasetReading:
    """Read all of `source`, prepare its rows by `recipe` (`recipes.recipe_of`), and keep what came of them in `folder`.

    Raises SettingsError (`raw_identifier`) at the first frame with an e-mail address or a phone number in a column that is
    neither hashed, dropped nor allowed: nothing is kept then.
    """
    version, tally = source.version(), _Tally()
    schemas = {"rows": recipe.schema, "rejections": REJECTIONS, "findings": FINDINGS}
    with ExitStack() as stack:
        streams = {
            stem: stack.enter_context(open_parquet(folder, stem, schema)) for stem, schema in schemas.items()
        }
        for frame, done in worked_frames(source, partial(_prepared, recipe=recipe)):
            tally.allowed |= _allowed(done.hits, recipe)
            streams["rows"].write(done.rows)
            count(streams["rejections"], tally.rejections, frame.bad_rows, done.rejections)
            count(streams["findings"], tally.findings, done.findings)
            _count_times(done.rows, recipe, tally)
            tally.without_country += done.without_country
            tally.read += frame.read
            progress.advance(tally.read, None, "rows")
    files = {stem: stream.file for stem, stream in streams.items()}
    return DatasetReading(
        files=files, version=version, read=tally.read, rejected=files["rejections"].rows,
        rejections=dict(sorted(tally.rejections.items())), findings=dict(sorted(tally.findings.items())),
        partitions={f"{start:{STAMP}}": rows for start, rows in sorted(tally.partitions.items())},
        earliest=min(tally.times, default=None), latest=max(tally.times, default=None),
        allowed=tally.allowed, without_country=tally.without_country if recipe.has_identifiers else 0,
    )  # fmt: skip


def _prepared(frame: SourceFrame, recipe: DatasetRecipe) -> tuple[SourceFrame, DatasetRows]:
    return frame, prepare_rows(frame.rows, recipe)


def _count_times(rows: pl.DataFrame, recipe: DatasetRecipe, tally: _Tally) -> None:
    """Partitions, and the first and the last event: midnight of a date."""
    column = recipe.event_time
    if column is None or rows.is_empty():
        return
    tally.partitions.update(dict(rows[PARTITION].value_counts().iter_rows()))
    times = rows[column.name].cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    ends = (times.min(), times.max(), *tally.times)
    known = [one for one in ends if isinstance(one, datetime)]
    tally.times = [min(known), max(known)]


def _allowed(hits: Iterable[Hit], recipe: DatasetRecipe) -> dict[str, str]:
    """The columns of these that may hold raw identifiers, with the reason. Raises SettingsError if there are others."""
    found = tuple(hits)
    if bad := [hit for hit in found if hit.column not in recipe.allow]:
        raise _stopped(bad)
    return {hit.column: recipe.allow[hit.column] for hit in found}


def _stopped(hits: list[Hit]) -> SettingsError:
    """The same for all columns at once, so that they can be mended in one go."""
    problems = tuple(
        Problem("raw_identifier", Remedy.SETTINGS, f"row {hit.row:,}, column {hit.column}", _says(hit))
        for hit in hits
    )
    also = f" So have {', '.join(hit.column for hit in hits[1:])}." if hits[1:] else ""
    return SettingsError(
        f"{_says(hits[0])}{also}", where=problems[0].where, code="raw_identifier", problems=problems
    )


def _says(hit: Hit) -> str:
    return (
        f"{hit.kind} in clear, {hit.masked}. Amazon refuses uploads with identifiers that are not hashed, so nothing is sent. "
        f"Leave the column out (drop: [{hit.column}]), send hashes only (hash: true, or identifier: in columns), or say why it "
        f"may be sent as it is (allow: {{{hit.column}: the reason}})."
    )
