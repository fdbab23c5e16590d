"""Cancelling a run: nothing more is sent, and what Amazon confirmed is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lading.errors import SettingsError, StillProcessing
from lading.model.states import RunState
from lading.report.summary import Report
from lading.service import committing, delivering, reports
from lading.service.datasets import committing as datasets_committing
from lading.service.datasets import uploading
from lading.service.parts import Parts
from lading.service.work import Order, Work, is_dataset

#: States in which nothing has been sent yet.
_UNSENT: Final = frozenset({RunState.READING, RunState.PLANNED, RunState.GUARDED})


def cancel(parts: Parts, run_id: str, order: Order) -> Report:
    """End run `run_id`. What is on its way is followed to its end first, unless the order is not to wait.

    Whoever was not confirmed is looked at afresh by the next run of the sync, as after a failure.

    Raises:
        SettingsError: the run is over.
        TargetBusy: another process carries it; stop that one first.
        StillProcessing: `--max-wait` is over before Amazon has finished; cancel again to go on.

    """
    run = parts.ledger.runs.get(run_id)
    if run.over:
        raise SettingsError(
            f"run {run_id} is over ({run.state}) and cannot be cancelled. `lading report {run_id}` shows what became of it",
            code="run_over",
        )
    with parts.ledger.runs.claim(run_id, parts.worker) as claim:
        _end(Work.begin(parts, claim, order))
    return reports.report(parts, run_id)


def _end(work: Work) -> None:
    if work.run.state in _UNSENT:
        work.parts.ledger.runs.advance(work.claim, RunState.CANCELLED)
        return
    if is_dataset(work.claim.target):
        _follow(work, uploading.follow_sent)
        datasets_committing.commit(work, cancelled=True)
        return
    if work.parts.ledger.audiences.get(work.claim.target) is not None:
        _follow(work, delivering.follow_sent)
    committing.commit(work, cancelled=True)


def _follow(work: Work, follow_sent: Callable[[Work], bool]) -> None:
    if not follow_sent(work) and work.order.wait:
        raise StillProcessing(
            f"Amazon has not finished with what was sent, so the run is not cancelled yet. Nothing more is sent if you cancel "
            f"again: `lading cancel {work.claim.run_id}`, or at once with --no-wait",
            where=f"run {work.claim.run_id}",
        )
