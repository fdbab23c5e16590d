"""The story of one row of a dataset's last run: rejected, left out, or sent, and what Amazon said of its upload."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.errors import SettingsError
from lading.ledger.rows import Batch, Run
from lading.plan.periods import REASONS, Outcome
from lading.service.parts import Parts
from lading.service.work import planned_folder, target_of

#: How a period's start is written.
_START: Final = "%Y-%m-%dT%H:%M:%SZ"
#: Runs of a dataset that are looked at for the last one that read anything.
_LOOK_BACK: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStory:
    """What became of one row of the input, by its number (from 1, the header not counted)."""

    row: int
    run: str
    #: `rejected`, `left_out`, or the state of its upload: `confirmed`, `refused`, `sent` and so on.
    outcome: str
    #: Why it was rejected or left out, or what Amazon said.
    reason: str | None = None
    #: The start of its period; None for a table, and where it was rejected.
    period: str | None = None
    upload_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The story by name."""
        return asdict(self)


def row_story(parts: Parts, name: str, number: str) -> RowStory:
    """What became of row `number` in the last run of sync `name` that read its source."""
    if not (number.isascii() and number.isdigit()):
        raise SettingsError(
            f"{number!r} is no row number: of a dataset, `trace` tells of a row of the last run's input, by its number from 1",
            where=f"syncs.{name}", code="unknown_row",
        )  # fmt: skip
    run = _last(parts, name)
    found = _rejected(parts, run, int(number)) or _kept(parts, run, int(number))
    if found is None:
        raise SettingsError(
            f"run {run.id} read no row {number}, or its files are gone by now",
            where=f"syncs.{name}",
            code="unknown_row",
        )
    return found


def _last(parts: Parts, name: str) -> Run:
    target = target_of(name, parts.sync(name))
    found = (run for run in parts.ledger.runs.list(_LOOK_BACK, target=target) if "rows" in run.files)
    if (run := next(found, None)) is None:
        raise SettingsError(
            f"nothing has run yet. `lading apply {name}` begins", where=f"syncs.{name}", code="no_run"
        )
    return run


def _rejected(parts: Parts, run: Run, number: int) -> RowStory | None:
    lines = _lines(_path(parts, run, "rejections"), pl.col("row") == number)
    if lines is None or lines.is_empty():
        return None
    told = lines.row(0, named=True)
    return RowStory(
        row=number, run=run.id, outcome="rejected", reason=f"{told['column'] or 'the row'}: {told['message']}"
    )


def _kept(parts: Parts, run: Run, number: int) -> RowStory | None:
    lines = _lines(_path(parts, run, "rows"), pl.col("__row") == number)
    if lines is None or lines.is_empty():
        return None
    start = lines["__partition"].dt.strftime(_START).fill_null("").item()
    if reason := _left_out(parts, run, number, start):
        return RowStory(
            row=number, run=run.id, outcome="left_out", reason=REASONS[reason], period=start or None
        )
    batches = parts.ledger.batches.of(run.id)
    return _sent(run, number, start, batches[0] if batches else None)


def _sent(run: Run, number: int, start: str, batch: Batch | None) -> RowStory:
    state = str(batch.state) if batch else str(run.state)
    return RowStory(
        row=number, run=run.id, outcome=state, reason=batch.problem if batch else None, period=start or None,
        upload_id=batch.job_request_id if batch else None,
    )  # fmt: skip


def _left_out(parts: Parts, run: Run, number: int, start: str) -> str | None:
    one_by_one = _lines(_path(parts, run, "left"), pl.col("__row") == number)
    if one_by_one is not None:
        return None if one_by_one.is_empty() else str(one_by_one["outcome"].item())
    period = _lines(_path(parts, run, "periods"), pl.col("start") == start)
    if period is None or period.is_empty() or period["outcome"].item() == str(Outcome.SEND):
        return None
    return str(period["outcome"].item())


def _path(parts: Parts, run: Run, part: str) -> Path | None:
    path = planned_folder(parts, run) / run.files[part].name if part in run.files else None
    return path if path and path.exists() else None


def _lines(path: Path | None, where: pl.Expr) -> pl.DataFrame | None:
    return None if path is None else pl.scan_parquet(path).filter(where).collect(engine="streaming")
