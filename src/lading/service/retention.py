"""Sweeping: files whose time is over go at the end of a run. Books, batches and generations stay in the ledger as counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lading.errors import LadingError
from lading.ledger.rows import Run
from lading.membership import files
from lading.model.states import RunState
from lading.service.datasets.drafting import UPLOAD
from lading.service.erasure import places
from lading.service.parts import Parts
from lading.service.work import is_dataset, planned_folder

#: Runs that are looked through for files of uploads: each sweeps its own at its end.
_LATEST: Final = 100


def sweep(parts: Parts) -> None:
    """Delete what `retention:` does not keep. A disk that does not let us is no reason for a run to end red."""
    with suppress(LadingError, OSError):
        _sweep_plans(parts)
        _sweep_runs(parts)
        _sweep_uploads(parts)
        _sweep_members(parts)
        _sweep_keys(parts)


def _sweep_plans(parts: Parts) -> None:
    oldest = parts.clock.now() - parts.settings.retention.plans
    old = [one for one in parts.ledger.plans.list(places.EVERY) if one.created_at < oldest]
    for plan_id in parts.ledger.swaps.drop_plans(old) if old else ():
        _remove(parts.home.plan(plan_id))


def _sweep_runs(parts: Parts) -> None:
    """Runs that are over for longer than that, but for those that something may still need."""
    oldest = parts.clock.now() - parts.settings.retention.runs
    runs = places.runs(parts)
    needed = _needed(parts, runs)
    old = [
        run
        for run in runs
        if run.files and run.id not in needed and run.over and (run.ended_at or run.created_at) < oldest
    ]
    if not old:
        return
    gone = {run.id for run in old}
    still = {run.plan for run in runs if run.id not in gone and run.files}
    plans = {run.plan for run in old if run.plan} - still
    parts.ledger.swaps.drop_files(old, plans=[one for one in plans if one])
    for run in old:
        _remove(parts.home.run(run.id))
    for plan in plans:
        _remove(parts.home.plan(str(plan)))


def _sweep_uploads(parts: Parts) -> None:
    """Files of uploads that Amazon has read. Their rows stay, as long as the run's files do."""
    for run in parts.ledger.runs.list(_LATEST):
        uploads = [part for part in run.files if part.startswith(f"{UPLOAD}-")]
        if uploads and run.state is RunState.DONE and is_dataset(run.target):
            parts.ledger.swaps.drop_uploads(run, parts=uploads)
            _remove(planned_folder(parts, run) / UPLOAD)


def _sweep_keys(parts: Parts) -> None:
    for known in parts.ledger.datasets.list():
        if parts.ledger.runs.unfinished(known.target) is None:
            named = {one.name for one in known.keys.values()}
            files.sweep(parts.home.dataset(known.connection, known.dataset_id), named, datetime.now(UTC))


def _needed(parts: Parts, runs: Iterable[Run]) -> set[str]:
    """The last run of each target, which can be retried, and runs of which a job may still act."""
    last = {run.target: run.id for run in runs}
    open_ones = {batch.run for target in last for batch in parts.ledger.unsettled.of(target)}
    return {*last.values(), *open_ones}


def _sweep_members(parts: Parts) -> None:
    for audience, folder, generations in places.audiences(parts):
        kept = generations[-parts.settings.retention.generations :]
        named = {one.name for each in kept for one in (each.index, *each.segments)}
        known = {one.name for each in generations for one in (each.index, *each.segments)}
        if parts.ledger.runs.unfinished(audience.target) is None:
            for name in known - named:
                (folder / name).unlink(missing_ok=True)
            files.sweep(folder, named, datetime.now(UTC))


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
