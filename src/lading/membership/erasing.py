"""Finds people in files by what is suppressed, and writes the files anew without them. In bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow.parquet as pq

from lading.membership.files import FileLike, FileRef, open_parquet
from lading.model.identifiers import STRONG
from lading.prepare.suppression import EXTERNAL_ID, Suppression

_BATCH_ROWS: Final = 65_536
_SETS: Final = "sets"

#: Whether each line of a frame is of somebody.
Hit = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, slots=True)
class Found:
    """People in files: their external ids, and the strong hashes that stand beside them."""

    ids: set[str] = field(default_factory=set, repr=False)
    hashes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)


def of_suppressed(suppression: Suppression) -> Hit:
    """Lines of people by their external id or, where there are sets, by any strong identifier."""

    def hit(frame: pl.DataFrame) -> pl.Series:
        found = suppression.holds(EXTERNAL_ID, frame[EXTERNAL_ID])
        for kind in STRONG if _SETS in frame.columns else ():
            hashes = _strong(frame, kind)
            at = hashes.filter(suppression.holds(kind, hashes[kind]))["at"].unique()
            found = found.scatter(at, [True] * len(at)) if len(at) else found
        return found

    return hit


def of_asked(values: Mapping[str, Collection[str]]) -> Hit:
    """The same by values in clear: external ids, and hashes of strong identifiers, by kind."""
    named = of_values(EXTERNAL_ID, values[EXTERNAL_ID])
    known = {
        kind: pl.Series(list(values[kind]), dtype=pl.String).implode() for kind in STRONG if values[kind]
    }

    def hit(frame: pl.DataFrame) -> pl.Series:
        found = named(frame)
        for kind, hashes in known.items() if _SETS in frame.columns else ():
            lines = _strong(frame, kind)
            at = lines.filter(lines[kind].is_in(hashes))["at"].unique()
            found = found.scatter(at, [True] * len(at)) if len(at) else found
        return found

    return hit


def of_values(column: str, values: Collection[str]) -> Hit:
    """Lines that have one of these values in a column."""
    known = pl.Series(list(values), dtype=pl.String).implode()
    return lambda frame: frame[column].is_in(known).fill_null(value=False)


def people(paths: Iterable[Path], hit: Hit) -> Found:
    """Everybody whom any of these files holds, with all that is known of them there."""
    found = Found()
    for frame in _frames(paths):
        lines = frame.filter(hit(frame))
        found.ids.update(lines[EXTERNAL_ID])
        for kind in STRONG if _SETS in lines.columns and lines.height else ():
            found.hashes[kind].update(_strong(lines, kind)[kind])
    return found


def carried_by_others(paths: Iterable[Path], found: Found) -> dict[str, set[str]]:
    """Those strong hashes of these people that a line of anybody else holds, too."""
    others: dict[str, set[str]] = defaultdict(set)
    wanted = {
        kind: pl.Series(list(hashes), dtype=pl.String).implode() for kind, hashes in found.hashes.items()
    }
    mine = of_values(EXTERNAL_ID, found.ids)
    for frame in _frames(paths) if any(found.hashes.values()) else ():
        lines = frame.filter(~mine(frame)) if _SETS in frame.columns else frame.clear()
        for kind in STRONG if lines.height else ():
            hashes = _strong(lines, kind)[kind]
            others[kind].update(hashes.filter(hashes.is_in(wanted[kind])))
    return others


def count(path: Path, hit: Hit) -> int:
    """How many lines of a file are hit."""
    return sum(int(hit(frame).sum()) for frame in _frames([path]))


def without(
    folder: Path, file: FileLike, hit: Hit, watch: Callable[[pl.DataFrame], None] = lambda _: None
) -> FileRef | None:
    """Write a file anew, in the same folder, without the lines that are hit; None where there are none.

    `watch` sees the lines that go. The old file is left as it is.
    """
    path = folder / file.name
    if not count(path, hit):
        return None
    return _written(path, lambda frame: _kept(frame, hit, watch))


def blanked(folder: Path, file: FileLike, column: str) -> FileRef | None:
    """Write a file anew with a column of texts emptied; None where it is empty already."""
    path = folder / file.name
    if pl.scan_parquet(path).select(pl.col(column).is_null().all()).collect().item():
        return None
    return _written(path, lambda frame: frame.with_columns(pl.lit(None, pl.String).alias(column)))


def _kept(frame: pl.DataFrame, hit: Hit, watch: Callable[[pl.DataFrame], None]) -> pl.DataFrame:
    gone = hit(frame)
    watch(frame.filter(gone))
    return frame.filter(~gone)


def _written(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> FileRef:
    schema: dict[str, Any] = dict(pl.read_parquet_schema(path))
    with open_parquet(path.parent, path.stem.rpartition("-")[0], schema) as stream:
        for frame in _frames([path]):
            stream.write(change(frame))
    return stream.file


def _frames(paths: Iterable[Path]) -> Iterator[pl.DataFrame]:
    for path in paths:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH_ROWS):
                frame = pl.from_arrow(batch)
                if isinstance(frame, pl.DataFrame):
                    yield frame


def _strong(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The hashes of one kind, each with the place of its line: `at` and the kind."""
    return (
        frame.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"),
            pl.col(_SETS).list.eval(pl.element().struct.field(kind)).alias(kind),
        )
        .explode(kind)
        .drop_nulls(kind)
    )


def outcomes_of(lines: Mapping[tuple[str, str], int], counted: Collection[str]) -> dict[str, int]:
    """Sums of (change, outcome) by outcome, of the changes that the books count."""
    sums: dict[str, int] = defaultdict(int)
    for (change, outcome), number in lines.items():
        if change in counted:
            sums[outcome] += number
    return dict(sums)
