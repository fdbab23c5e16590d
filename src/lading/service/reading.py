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
from lading.model.frames import FINDINGS, REJECTIONS, SETS
from lading.prepare.quality import QUALITY
from lading.prepare.recipe import Recipe
from lading.service.preparing import prepared_frames
from lading.service.progress import Progress
from lading.sources.source import Source

_SCHEMAS: Final = {"sets": SETS, "rejections": REJECTIONS, "findings": FINDINGS, "quality": QUALITY}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. The files hold no personal data in clear."""

    files: Mapping[str, FileRef]
    version: str
    read: int
    rejected: int
    rejections: Mapping[str, int]
    findings: Mapping[str, int]


@dataclass(slots=True)
class _Tally:
    read: int = 0
    rejected: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


def read(source: Source, recipe: Recipe, folder: Path, progress: Progress) -> Reading:
    """Read all of `source`, prepare its rows by `recipe`, and keep what came of them in `folder`."""
    version, tally = source.version(), _Tally()
    with ExitStack() as stack:
        streams = {
            stem: stack.enter_context(open_parquet(folder, stem, schema)) for stem, schema in _SCHEMAS.items()
        }
        for whole in prepared_frames(source, recipe):
            frame, prepared = whole.source, whole.done
            streams["sets"].write(prepared.sets)
            _count(streams["rejections"], tally.rejections, frame.bad_rows, prepared.rejections)
            _count(streams["findings"], tally.findings, prepared.findings)
            streams["quality"].write(whole.quality)
            tally.read += frame.read
            progress.advance(tally.read, None, "rows")
    files = {stem: stream.file for stem, stream in streams.items()}
    tally.rejected = files["rejections"].rows
    return Reading(files, version, tally.read, tally.rejected, dict(tally.rejections), dict(tally.findings))


def _count(stream: Stream, tally: Counter[str], *frames: pl.DataFrame) -> None:
    for frame in frames:
        stream.write(frame)
        tally.update(dict(frame["code"].value_counts().iter_rows()))
