"""Holds the people of a source against the members of the last generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import BooksUnbalanced
from lading.membership.database import Database, open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.membership.generation import Generation
from lading.model.forecast import DAYS, Expiring
from lading.model.frames import CHANGES, DENIED, INDEX, SEGMENT
from lading.model.states import Mode
from lading.plan.diff import RULES, Counts
from lading.plan.expiry import Horizon

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Diffed:
    """The changes of a run (`frames.CHANGES`, numbered from 0 in the order of sending) and their counts."""

    changes: FileRef
    counts: Counts
    #: Members who are updated and were last hashed by another profile: that profile -> how many, the most frequent first.
    rehashed: Mapping[str, int] = field(default_factory=dict)
    #: Members who are not sent now and expire soon.
    expiring: tuple[Expiring, ...] = ()


def diff(  # noqa: PLR0913  (facts of a diff, by name)
    records: Path,
    generation: Generation | None,
    mode: Mode,
    *,
    now: datetime,
    folder: Path,
    due: Horizon | None = None,
    denied: Path | None = None,
    profile: str | None = None,
) -> Diffed:
    """Write `changes` into `folder`: what has to be sent so that the audience becomes what `mode` wants of `records`.

    `due`: in the modes that refresh, members whom it reaches are sent again. `profile`: what `records` were hashed by.
    `denied` (`frames.DENIED`): people who deny consent; they are not among the records, and are removed in every mode.
    """
    rule = RULES[mode]
    sql = statements("lading.plan", "diff.sql")
    kinds: Counter[str] = Counter()
    with open_database(folder) as database:
        database.let(
            records=str(records),
            moment=now,
            adds=rule.adds,
            removes_named=rule.removes_named,
            removes_absent=rule.removes_absent,
            look_ahead=DAYS,
            **_refreshing(due if rule.refreshes else None),
            profile=profile,
        )
        _know_members(database, generation)
        database.know("denied", DENIED, denied)
        for step in ("keys", "decided"):
            database.run(sql[step])
        _remember(database, generation)
        for step in ("withdrawn", "sharing"):
            database.run(sql[step])
        file = write_parquet(folder, "changes", _numbered(database.frames(sql["changes"]), kinds), CHANGES)
        recorded = database.number("select count(*) from read_parquet(getvariable('records'))")
        rehashed = _rehashed(database, sql["rehashed"]) if kinds["update"] else {}
        expiring = tuple(_expiring(database, sql["expiring"], known=not rule.removes_absent))
    changed = Counts(**kinds).changed(mode)
    return Diffed(file, Counts(**kinds, unchanged=recorded - changed), rehashed, expiring)


def _refreshing(due: Horizon | None) -> dict[str, int | None]:
    """The horizon as the statements count."""
    if due is None:
        return {"refresh_by": None, "refresh_spread": 1}
    return {"refresh_by": (due.by - _EPOCH) // _TICK, "refresh_spread": max(due.spread // _TICK, 1)}


def _expiring(database: Database, sql: str, *, known: bool) -> Iterator[Expiring]:
    for frame in database.frames(sql):
        for day, members, absent in frame.select("day", "members", "absent").iter_rows():
            yield Expiring(day, members, absent if known else 0)


def _know_members(database: Database, generation: Generation | None) -> None:
    sql = statements("lading.plan", "diff.sql")
    if generation is None:
        for table in ("members", "expired"):
            database.load(table, pl.DataFrame(schema=INDEX))
    else:
        generation.know_index(database)
        for view in ("members", "expired"):
            database.run(sql[view])


def _remember(database: Database, generation: Generation | None) -> None:
    """Look up what was sent before for those whom that concerns. Most runs read no segment, or verify any."""
    sql = statements("lading.plan", "diff.sql")
    touched = database.number(sql["members_touched"])
    if generation is None or not touched:
        database.load("sent", pl.DataFrame(schema={"segment": pl.UInt32, **SEGMENT}))
    else:
        generation.know_sent(database)
    database.run(sql["remembered"])
    found = database.number(sql["members_remembered"])
    if found != touched:
        raise BooksUnbalanced(
            f"{touched:,} members change, but what they were sent with is known of {found:,}",
            code="segment_incomplete",
        )


def _rehashed(database: Database, sql: str) -> dict[str, int]:
    return dict(row for frame in database.frames(sql) for row in frame.iter_rows())


def _numbered(frames: Iterable[pl.DataFrame], kinds: Counter[str]) -> Iterator[pl.DataFrame]:
    first = 0
    for frame in frames:
        kinds.update(dict(frame["change"].value_counts().iter_rows()))
        yield frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.UInt64).alias("no"))
        first += frame.height
