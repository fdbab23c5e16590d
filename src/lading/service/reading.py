"""The first two rooms: a source's rows become hashed identifier sets, rejections and findings, on disk, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.files import FileRef, Stream, open_parquet
from lading.membership.merge import rows_of_denied
from lading.model.frames import DENIED, FINDINGS, REJECTIONS, SETS, Schema
from lading.prepare.quality import QUALITY, turned_away
from lading.prepare.reasons import REJECTIONS as REASONS
from lading.prepare.recipe import Recipe
from lading.service.preparing import prepared_frames
from lading.service.progress import Progress
from lading.sources.source import Source

#: What is known of people once all rows are read, and what is told of rows.
_PEOPLE: Final = {"sets": SETS, "denied": DENIED}
_TOLD: Final = {"rejections": REJECTIONS, "findings": FINDINGS, "quality": QUALITY}

#: The reason of rows that would have been sent, had not another row of their person denied consent.
_ELSEWHERE: Final = "consent_denied_elsewhere"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. The files hold no personal data in clear."""

    files: Mapping[str, FileRef]
    version: str
    read: int
    rejected: int
    rejections: Mapping[str, int]
    findings: Mapping[str, int]
    #: Rows that name no country, and went on with the default.
    country_defaulted: int = 0
    #: What they were taken for, if not even the settings name a country.
    assumed_country: str | None = None


@dataclass(slots=True)
class _Tally:
    read: int = 0
    rejected: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    country_defaulted: int = 0


def read(source: Source, recipe: Recipe, folder: Path, progress: Progress) -> Reading:
    """Read all of `source`, prepare its rows by `recipe`, and keep what came of them in `folder`."""
    version, tally = source.version(), _Tally()
    measure = "country_assumed" if recipe.country_assumed else "country_defaulted"
    with ExitStack() as telling:
        told = _open(telling, folder, _TOLD)
        with ExitStack() as reading:
            people = _open(reading, folder, _PEOPLE)
            for whole in prepared_frames(source, recipe):
                frame, prepared = whole.source, whole.done
                people["sets"].write(prepared.sets)
                people["denied"].write(prepared.denied)
                if frame.leaving is not None:
                    people["denied"].write(frame.leaving)
                count(told["rejections"], tally.rejections, frame.bad_rows, prepared.rejections)
                count(told["findings"], tally.findings, prepared.findings)
                told["quality"].write(whole.quality)
                tally.country_defaulted += int(whole.quality.filter(measure=measure)["count"].sum())
                tally.read += frame.read
                progress.advance(tally.read, None, "rows")
        known = {stem: stream.file for stem, stream in people.items()}
        _turn_away_denied(folder, known, told, tally)
    files = known | {stem: stream.file for stem, stream in told.items()}
    if not files["denied"].rows:
        (folder / files.pop("denied").name).unlink()
    tally.rejected = files["rejections"].rows
    return Reading(
        files, version, tally.read, tally.rejected, dict(tally.rejections), dict(tally.findings),
        tally.country_defaulted, recipe.default_country if recipe.country_assumed and tally.country_defaulted else None,
    )  # fmt: skip


def _open(stack: ExitStack, folder: Path, schemas: Mapping[str, Schema]) -> dict[str, Stream]:
    return {stem: stack.enter_context(open_parquet(folder, stem, schema)) for stem, schema in schemas.items()}


def _turn_away_denied(
    folder: Path, known: Mapping[str, FileRef], told: Mapping[str, Stream], tally: _Tally
) -> None:
    """A denial wins over all other rows of its person, so each of them is a rejection too."""
    if not known["denied"].rows:
        return
    message = REASONS[_ELSEWHERE]
    for rows in rows_of_denied(folder / known["sets"].name, folder, folder / known["denied"].name):
        turned = rows.with_columns(code=pl.lit(_ELSEWHERE), message=pl.lit(message))
        count(told["rejections"], tally.rejections, turned)
        told["quality"].write(turned_away(rows["country"], _ELSEWHERE))


def count(stream: Stream, tally: Counter[str], *frames: pl.DataFrame) -> None:
    """Write rejections or findings down, and count them by their code."""
    for frame in frames:
        stream.write(frame)
        tally.update(dict(frame["code"].value_counts().iter_rows()))
