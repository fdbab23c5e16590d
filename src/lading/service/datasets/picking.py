"""Picking the rows that an upload carries, on disk: held against the periods and the keys that were sent before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from lading.ledger.dataset_rows import Dataset, Period
from lading.membership.files import FileRef, verify, write_parquet
from lading.membership.rows import PERIODS, fresh_rows, periods_of, without_left
from lading.plan.periods import (
    WHOLE,
    Outcome,
    PeriodPlan,
    Picking,
    Read,
    edge,
    left_out,
    picking,
    plan_periods,
)
from lading.service.datasets.upload_files import frames_of
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.datasets import DatasetTarget

_START: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The rows that are sent, and why the others are not."""

    how: Picking
    periods: tuple[PeriodPlan, ...]
    #: Rows that are not sent, by reason.
    left_out: Mapping[str, int]
    #: `periods`, and where rows are picked one by one `left` and `keys`.
    files: Mapping[str, FileRef]

    @property
    def sent(self) -> tuple[PeriodPlan, ...]:
        """The periods that the upload touches."""
        return tuple(one for one in self.periods if one.outcome is Outcome.SEND)

    @property
    def rows(self) -> int:
        """Rows that are sent."""
        return sum(one.rows for one in self.sent)


def pick(parts: Parts, name: str, rows: Path) -> Picked:
    """What of the rows file of sync `name` has to be sent; the files that say it are kept beside it."""
    target, key = parts.dataset(name), target_of(name, parts.sync(name))
    known, how = parts.ledger.datasets.get(key), how_of(target)
    if how is Picking.NEW_ROWS:
        return _new_rows(parts, target, known, rows)
    sent: Mapping[str, Period] = parts.ledger.datasets.periods(key)
    read = [
        Read(one.start, one.rows, one.digest)
        for one in periods_of(rows, tuple(target.columns), parts.home.scratch)
    ]
    first = edge(known.watermark if known else None, target.lookback, target.period)
    plans = plan_periods(read, sent, how, first)
    return Picked(
        how=how, periods=plans, left_out=left_out(plans), files={"periods": _kept(rows.parent, plans)}
    )


def frames(picked: Picked, rows: Path, scratch: Path) -> Iterator[pl.DataFrame]:
    """The rows that are sent, in the order of reading."""
    if "left" in picked.files:
        return without_left(rows, rows.parent / picked.files["left"].name, scratch)
    if not picked.left_out:
        return frames_of(rows)
    starts = [one.start for one in picked.sent if one.start != WHOLE]
    moments = pl.Series(starts, dtype=pl.String).str.to_datetime(_START, time_unit="us", time_zone="UTC")
    return frames_of(rows, pl.col("__partition").is_in(moments.implode()))


def how_of(target: DatasetTarget) -> Picking:
    """How rows are picked for a target."""
    late = target.late if target.strategy is None else ""
    return picking(target.update_strategy, late, keyed=bool(target.row_key))


def keys_folder(parts: Parts, known: Dataset) -> Path:
    """Where the keys of the rows that were sent lie."""
    return parts.home.dataset(known.connection, known.dataset_id)


def _new_rows(parts: Parts, target: DatasetTarget, known: Dataset | None, rows: Path) -> Picked:
    kept = [verify(keys_folder(parts, known), one) for one in known.keys.values()] if known else []
    secret = sha256(f"row keys {parts.ledger.home_id}".encode()).hexdigest()
    fresh = fresh_rows(rows, tuple(target.row_key), kept, secret, rows.parent)
    plans = tuple(PeriodPlan(one.start, one.rows, one.digest, Outcome.SEND) for one in fresh.periods)
    files = {"periods": _kept(rows.parent, plans), "left": fresh.left, "keys": fresh.keys}
    return Picked(how=Picking.NEW_ROWS, periods=plans, left_out=fresh.counts, files=files)


def _kept(folder: Path, plans: tuple[PeriodPlan, ...]) -> FileRef:
    lines = [(one.start, one.rows, one.digest, str(one.outcome), one.before) for one in plans]
    return write_parquet(folder, "periods", pl.DataFrame(lines, schema=PERIODS, orient="row"), PERIODS)
