"""Trying a source: what is read of it, without a sync that carries it. Values are masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.nearest import hint
from lading.prepare.mapping import usual_fields
from lading.prepare.mask import masked
from lading.service.parts import Parts
from lading.settings.reading import From
from lading.sources.source import SourceFrame

_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class TriedColumn:
    """One column of a source."""

    name: str
    #: What it is taken for by its name, where no `map:` says otherwise.
    taken_as: str | None
    #: Rows that have a value in it.
    filled: int
    #: Different ones, masked, from the first rows.
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What was read of a source."""

    #: The syncs that read just this of it.
    syncs: tuple[str, ...]
    #: The path or the query.
    reads: str
    rows: int
    #: Rows that cannot be cut into cells.
    bad_rows: int
    columns: tuple[TriedColumn, ...]


def try_source(parts: Parts, name: str, wanted: From | None, samples: int) -> tuple[Trial, ...]:
    """Read all of what is `wanted` of source `name`, or all that the syncs read of it.

    Raises SettingsError where there is no such source, or nothing says what to read of it.
    """
    known = parts.settings.sources
    if name not in known:
        raise SettingsError(
            f"there is no source {name!r} in it; {hint(name, known)}", where=str(parts.settings.path), code="unknown_source"
        )  # fmt: skip
    chosen = [wanted] if wanted else _read_by_syncs(parts, name)
    if not chosen:
        raise SettingsError(
            "no sync reads this source: say what to read, with --path or --query", where=f"sources.{name}", code="nothing_to_read"
        )  # fmt: skip
    return tuple(_tried(parts, one, samples) for one in chosen)


def _read_by_syncs(parts: Parts, name: str) -> list[From]:
    syncs = (sync.from_ for sync in parts.settings.written_syncs.values())
    found = [one for one in syncs if one.source == name]
    return [one for number, one in enumerate(found) if one not in found[:number]]


def _tried(parts: Parts, wanted: From, samples: int) -> Trial:
    source = parts.source_named(wanted)
    named = [name for name, sync in parts.settings.written_syncs.items() if sync.from_ == wanted]
    tally = _Tally(source.columns(), samples)
    parts.progress.stage("Reading")
    for frame in source.frames(_ROWS):
        tally.take(frame)
        parts.progress.advance(tally.rows + tally.bad_rows, None, "rows")
    return Trial(tuple(named), wanted.path or wanted.query or "", tally.rows, tally.bad_rows, tally.columns())


class _Tally:
    """Counts over frames, and the first samples; a value is masked before it is kept."""

    def __init__(self, names: Sequence[str], samples: int) -> None:
        self.rows = 0
        self.bad_rows = 0
        self._wanted = samples
        self._filled = dict.fromkeys(names, 0)
        self._samples: dict[str, list[str]] = {name: [] for name in names}

    def take(self, frame: SourceFrame) -> None:
        self.rows += frame.rows.height
        self.bad_rows += frame.bad_rows.height
        filled = frame.rows.select((pl.col(name).str.strip_chars() != "").sum() for name in self._filled)
        for name, count in filled.row(0, named=True).items():
            self._filled[name] += count
        for name, kept in self._samples.items():
            if len(kept) < self._wanted:
                kept.extend(self._masked(frame.rows.get_column(name))[: self._wanted - len(kept)])

    def _masked(self, values: pl.Series) -> list[str]:
        first = values.drop_nulls().head(1_000).unique(maintain_order=True).to_frame("value")
        return list(first.select(masked(pl.col("value"))).to_series().drop_nulls().head(self._wanted))

    def columns(self) -> tuple[TriedColumn, ...]:
        taken = usual_fields(tuple(self._filled))
        return tuple(
            TriedColumn(name, taken.get(name), count, tuple(self._samples[name]))
            for name, count in self._filled.items()
        )
