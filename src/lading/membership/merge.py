"""Rows become people: all sets of an external id make one record.

The database sorts on disk; people then pass in order, frame by frame, and whoever a frame cuts in two waits for the next
one. So memory stays flat, however many people there are and however many rows one of them has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.database import open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.model.frames import DENIED, RECORDS, ROW
from lading.model.identifiers import CONSENT, IDENTIFIERS, MAX_SETS

#: A RECORDS frame without its fingerprint -> the fingerprints.
Fingerprint = Callable[[pl.DataFrame], pl.Series]

#: Measured: sorting takes what it is given, and as long with half of it; see docs/decisions/0008.
_MEMORY: Final = "800MB"

_PERSON: Final = "external_id"


@dataclass(frozen=True, slots=True)
class Merged:
    """People and the rows they came from: accepted rows = recorded + merged + duplicate."""

    records: FileRef
    #: Rows that opened a record, which is the number of people.
    recorded: int
    #: Rows that added an identifier set to a person.
    merged: int
    #: Rows that added nothing: no set of theirs is new, or their person has a hundred already.
    duplicate: int
    #: People with more than a hundred distinct sets; the first hundred go on.
    too_many_sets: int


def merge(
    sets: Sequence[Path], folder: Path, fingerprint: Fingerprint, *, denied: Path | None = None
) -> Merged:
    """Merge a run's SETS files into one RECORDS file, sorted by external id, in `folder`.

    `denied` (`frames.DENIED`): people who are left out, with all their rows.
    """
    tally = _Tally()
    with open_database(folder, _MEMORY) as database:
        frames: Iterable[pl.DataFrame] = ()
        if sets:
            database.let(sets=[str(path) for path in sets])
            database.know("denied", DENIED, denied)
            frames = database.frames(statements("lading.membership", "merge.sql")["sets_in_order"])
        people = (_records(whole, tally, fingerprint) for whole in _whole_people(frames, tally))
        file = write_parquet(folder, "records", people, RECORDS)
    return Merged(file, tally.people, tally.useful - tally.people, tally.rows - tally.useful, tally.too_many)


def rows_of_denied(sets: Path, folder: Path, denied: Path) -> Iterator[pl.DataFrame]:
    """`row` and `country` of the rows in a SETS file whose person denies consent in another row."""
    with open_database(folder) as database:
        database.let(sets=[str(sets)])
        database.know("denied", DENIED, denied)
        yield from database.frames(statements("lading.membership", "merge.sql")["rows_of_denied"])


@dataclass(slots=True)
class _Tally:
    """What has passed so far."""

    rows: int = 0
    #: Rows of which at least one set was kept.
    useful: int = 0
    people: int = 0
    too_many: int = field(default=0)


def _whole_people(frames: Iterable[pl.DataFrame], tally: _Tally) -> Iterator[pl.DataFrame]:
    """The same rows, cut only between people."""
    waiting: pl.DataFrame | None = None
    for frame in frames:
        known = frame if waiting is None else pl.concat([waiting, frame])
        is_last = known[_PERSON] == known[_PERSON][-1]
        waiting = _shortened(known.filter(is_last), tally)
        if not is_last.all():
            yield known.filter(~is_last)
    if waiting is not None:
        yield waiting


def _shortened(person: pl.DataFrame, tally: _Tally) -> pl.DataFrame:
    """One person's rows as far as they can still matter, so that a million rows of one id need no memory.

    Kept are the first hundred distinct sets and one more (to see that there are too many), and the last line, whose row may
    go on in the next frame.
    """
    lines = person.with_row_index("line")
    first = pl.col("line").is_in(
        lines.unique(IDENTIFIERS, keep="first", maintain_order=True)["line"].head(MAX_SETS + 1).implode()
    )
    kept = lines.filter(first | (pl.col("line") == pl.len() - 1)).drop("line")
    tally.rows += person[ROW].n_unique() - kept[ROW].n_unique()
    return kept


def _records(lines: pl.DataFrame, tally: _Tally, fingerprint: Fingerprint) -> pl.DataFrame:
    distinct = _distinct(lines).with_columns(place=pl.int_range(pl.len()).over(_PERSON))
    sets = distinct.filter(pl.col("place") < MAX_SETS)
    people = lines.group_by(_PERSON, maintain_order=True).agg(pl.col("country", *CONSENT).last())
    tally.rows += lines[ROW].n_unique()
    tally.useful += sets[ROW].n_unique()
    tally.people += people.height
    tally.too_many += distinct.filter(pl.col("place") == MAX_SETS).height
    bundles = sets.group_by(_PERSON, maintain_order=True).agg(sets=pl.struct(IDENTIFIERS))
    records = people.join(bundles, on=_PERSON, how="left", maintain_order="left")
    return records.with_columns(fingerprint(records).alias("fingerprint"))


def _distinct(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that bring their person a new set. Most people have one line, and nothing to compare."""
    several = lines[_PERSON].is_duplicated()
    if not several.any():
        return lines
    numbered = lines.with_row_index("line")
    new = numbered.filter(several).unique([_PERSON, *IDENTIFIERS], keep="first", maintain_order=True)
    return pl.concat([numbered.filter(~several), new]).sort("line").drop("line")
