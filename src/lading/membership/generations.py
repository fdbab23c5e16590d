"""Commits: what was confirmed becomes the next generation.

A generation is an index, rewritten each time, and segments with what was sent for each member, which are only added to:
hashes of 100 M members are 26 GB, and rewriting them nightly for the few who changed would be waste.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.database import Database, open_database, statements
from lading.membership.files import FileLike, Named, verify, write_parquet
from lading.membership.generation import Generation, segment_number
from lading.membership.outcomes import Settled, know_outcomes
from lading.model.frames import INDEX, SEGMENT

#: More segments than these are compacted.
MAX_SEGMENTS: Final = 8
#: A segment this many times as large as all smaller ones together is left out of a compaction.
_LARGE: Final = 4

_SPAN: Final = {"first": pl.UInt64, "last": pl.UInt64}


@dataclass(frozen=True, slots=True)
class Late:
    """A batch of an earlier run whose job may act yet: the changes `first` to `last` of that run."""

    folder: Path
    changes: Named
    first: int
    last: int


def commit(  # noqa: PLR0913  (facts of a commit, by name)
    previous: Generation | None,
    changes: Path,
    settled: Sequence[Settled],
    *,
    folder: Path,
    at: datetime,
    ttl: timedelta | None,
    profile: str,
    memory: timedelta = timedelta(0),
    reached: Sequence[tuple[int, int]] = (),
    late: Sequence[Late] = (),
) -> Generation:
    """The generation after `previous`, written into the target's `folder`; it counts once the ledger names it.

    A function of its files: run again after a crash, it writes the same. `settled`: all batches of the run that are
    final so far, also those of an earlier commit of the same run. `profile`: what the new people were hashed by. `memory`: how long a member
    whose time is over is remembered, since a longer ttl would let him in again. `reached`:
    first and last number of changes that Amazon may have taken though it did not confirm them. `late`: batches of earlier runs
    whose jobs may act yet; whom they touch is sent again by the next run.
    """
    number = previous.number + 1 if previous else 1
    old = previous.segments if previous else ()
    compacted = to_compact(old, previous.index.rows if previous else 0)
    with open_database(folder) as database:
        database.let(
            moment=at, life=ttl, memory=memory, profile=profile, segment=number,
            compacted=[segment_number(file) for file in compacted],
        )  # fmt: skip
        database.load("reached", pl.DataFrame(list(reached), schema=_SPAN, orient="row"))
        know_outcomes(database, changes, settled, ttl)
        _know_previous(database, previous, compacted)
        sql = statements("lading.membership", "commit.sql")
        database.run(sql["effects"])
        if late:
            _shake(database, previous, late)
        made = {part: sql[f"shaken_{part}" if late else part] for part in ("index", "segment")}
        if compacted and not late:
            made["segment"] = _whole_segment(database)
        index = write_parquet(folder, f"index-{number:06}", database.frames(made["index"]), INDEX)
        segment = write_parquet(folder, f"segment-{number:06}", database.frames(made["segment"]), SEGMENT)
        database.let(index=str(folder / index.name))
        members = database.number(sql["members"])
    kept = tuple(file for file in old if file not in compacted)
    return Generation(folder, number, index, (*kept, *((segment,) if segment.rows else ())), members)


def _shake(database: Database, previous: Generation | None, late: Sequence[Late]) -> None:
    """Mark, in the generation that is about to be written, everybody whom a late job may touch."""
    sql = statements("lading.membership", "commit.sql")
    database.run(f"create or replace temp table fresh_index as {sql['index']}")
    database.run(f"create or replace temp table fresh_segment as {_whole_segment(database)}")
    if previous is not None:
        previous.know_sent(database)
    paths = [str(verify(one.folder, one.changes)) for one in late]
    spans = {"filename": paths, "first": [one.first for one in late], "last": [one.last for one in late]}
    database.load("late_spans", pl.DataFrame(spans, schema={"filename": pl.String, **_SPAN}))
    database.let(late=sorted(set(paths)))
    database.run(statements("lading.plan", "diff.sql")["keys"])
    for step in ("late", "shaken"):
        database.run(sql[step])


def _whole_segment(database: Database) -> str:
    """The query of a segment that takes older ones up. It is put together first: a union before a sort does not keep to its memory."""
    sql = statements("lading.membership", "commit.sql")
    database.run(f"create or replace temp table whole_segment as {sql['segment']}")
    database.run(sql["taken_up"])
    return "from whole_segment order by external_id"


def to_compact(segments: Sequence[FileLike], entries: int) -> tuple[FileLike, ...]:
    """The segments that the next commit writes anew as one, so that there are never many and little of them is history.

    All of them once more than half of their lines are of people who left or changed; otherwise, when there are too many,
    the small ones.
    """
    if sum(file.rows for file in segments) > 2 * max(entries, 1) and len(segments) > 1:
        return tuple(segments)
    if len(segments) < MAX_SEGMENTS:
        return ()
    rising = sorted(segments, key=lambda file: (file.rows, file.name))
    below = accumulate((file.rows for file in rising), initial=0)
    small = [file for file, smaller in zip(rising, below, strict=False) if file.rows <= _LARGE * smaller]
    last = rising.index(small[-1]) if small else 1
    return tuple(rising[: max(last, 1) + 1])


def _know_hidden(database: Database, previous: Generation | None) -> None:
    """Whom a removal took along unseen, since he had expired. Most runs read no segment for that."""
    sql = statements("lading.membership", "commit.sql")
    if previous is None or not database.number(sql["withdrawals"]):
        database.load("hidden", pl.DataFrame(schema={"external_id": pl.String}))
        return
    previous.know_sent(database)
    database.run(statements("lading.plan", "diff.sql")["keys"])
    database.run(sql["hidden"])


def _know_previous(database: Database, previous: Generation | None, compacted: Sequence[FileLike]) -> None:
    if previous is None:
        database.load("previous", pl.DataFrame(schema=INDEX))
    else:
        previous.know_index(database)
        database.run(statements("lading.membership", "commit.sql")["previous"])
    _know_hidden(database, previous)
    if previous is None or not compacted:
        database.load("nothing", pl.DataFrame(schema={"segment": pl.UInt32, **SEGMENT}))
        database.run("create or replace temp view sent as from nothing")
    else:
        previous.know_sent(database, compacted)
