"""The story of one record: whether its person is a member, and what became of it in each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.membership.generation import Generation, segment_number
from lading.membership.waybill import ref

#: What a trace cannot say, in every story: rejections name rows, so that no list of rejected people exists anywhere.
UNKNOWABLE: Final = (
    "A row that was rejected leaves its number and its reason only, never its id. If this record is missing here, look for "
    "its row number in the run's rejections."
)


@dataclass(frozen=True, slots=True)
class Member:
    """A person's entry in the last committed generation."""

    generation: int
    #: What the identifiers were normalized and hashed by.
    profile: str
    country: str | None
    expires_at: datetime | None
    #: The run must send this person again: a removal of somebody else may have touched him.
    doubtful: bool
    #: How many identifier sets Amazon was given.
    sets: int


@dataclass(frozen=True, slots=True)
class Step:
    """One change of this record in one run."""

    run: str
    change: str
    outcome: str
    reason: str | None
    batch: int | None
    job: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one record; `steps` in the order of the runs."""

    ref: str
    member: Member | None
    steps: tuple[Step, ...]
    note: str = UNKNOWABLE

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it, but for the moments."""
        return asdict(self)


def story(
    external_id: str,
    *,
    key: bytes,
    generation: Generation | None,
    waybills: Iterable[tuple[str, Path]],
    now: datetime | None = None,
) -> Story:
    """What is known of `external_id`. `waybills`: (run, file) of each run of the target that has one, oldest first.

    Whose time is over by `now` is no member.
    """
    name = ref(key, external_id)
    steps = tuple(step for run, path in waybills for step in _steps(run, path, name))
    return Story(name, _member(external_id, generation, now) if generation else None, steps)


def _steps(run: str, path: Path, name: str) -> Iterator[Step]:
    lines = pl.scan_parquet(path).filter(pl.col("ref") == name).drop("ref").collect()
    for line in lines.iter_rows(named=True):
        yield Step(run=run, **{**line, "at": line["at"] and line["at"].astimezone(UTC)})


def _member(external_id: str, generation: Generation, now: datetime | None) -> Member | None:
    entries = _lines_of(external_id, [generation.index_path()])
    if entries.is_empty():
        return None
    entry = entries.row(0, named=True)
    expires_at = entry["expires_at"] and entry["expires_at"] + generation.shift
    if now and expires_at and expires_at <= now:
        return None
    files = [file for file in generation.segments if segment_number(file) == entry["segment"]]
    sent = _lines_of(external_id, [generation.folder / file.name for file in files])
    return Member(
        generation=generation.number,
        profile=entry["profile"],
        country=entry["country"],
        expires_at=expires_at,
        doubtful=entry["fingerprint"][:1] in {"", "?", "!", "~", "-"},
        sets=int(sent["sets"].list.len().sum()),
    )


def _lines_of(external_id: str, paths: Sequence[Path]) -> pl.DataFrame:
    return pl.scan_parquet(list(paths)).filter(pl.col("external_id") == external_id).collect()
