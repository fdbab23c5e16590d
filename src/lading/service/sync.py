"""A sync, from the rows of its source to the books of its run: the walk that Lading is about.

    sources -> prepare -> plan -> deliver -> report

Each state of a run is one step, and the ledger says which step is next; so a run that was cut off anywhere goes on from there,
in this process or another (docs/explanation/durability.md). The steps of an audience are named below, those of a dataset in
`datasets/steps.py`; events wait in files (`events/`) until a run reads them as its source. What one can do about a run that went
wrong is in `remedies/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from lading.errors import LadingError, SettingsError
from lading.ledger import Claim
from lading.ledger.rows import Verdict
from lading.model.states import RunState
from lading.report.summary import Report
from lading.service import committing, delivering, opening, planning, reports, retention
from lading.service.datasets import planning as uploads
from lading.service.datasets.planning import UploadPlanView
from lading.service.datasets.steps import STEPS as DATASET_STEPS
from lading.service.parts import Parts
from lading.service.planning import PlanView
from lading.service.telling import told
from lading.service.work import Order, Work, is_dataset

__all__ = ["Order", "apply", "begin", "carry", "plan", "walk"]


def plan(parts: Parts, name: str, given: Path | None = None, *, sample: int = 0) -> PlanView | UploadPlanView:
    """Plan sync `name` and save the plan. Nothing is sent. `sample`: how many records or rows to show."""
    if parts.sync(name).to.dataset:
        return uploads.plan(parts, name, given, sample=sample)
    return planning.plan(parts, name, given, sample=sample)


def apply(parts: Parts, what: str, order: Order) -> Report:
    """Carry out sync or plan `what`: go on with its unfinished run if there is one, else open a run.

    What another sync left unfinished over the same audience is brought to its end before.

    Raises:
        StillProcessing: everything was sent, and Amazon has not finished.
        GuardTripped: a guard stopped the run; nothing was sent.
        GaveUp: retries are used up; the run can be resumed.
        AccessError: Amazon does not let us.
        TargetBusy: another process carries this target's run.

    """
    sync = opening.sync_of(parts, what)
    if (other := opening.claim_of_another(parts, what)) is not None:
        carry(parts, other, Order(wait=order.wait, max_wait=order.max_wait))
    return told(parts, sync, lambda: _carry(parts, opening.claim(parts, what, order), order))


def begin(parts: Parts, what: str, order: Order) -> Claim:
    """Open the run of sync or plan `what`, or take up the unfinished one, without a step: `carry` goes on with it.

    Raises as `apply` does before anything is read; TargetBusy, too, where another sync's run over the same audience is unfinished.
    """
    opening.sync_of(parts, what)
    if (other := opening.run_of_another(parts, what)) is not None:
        raise opening.busy(other)
    return opening.claim(parts, what, order)


def carry(parts: Parts, claim: Claim, order: Order) -> Report:
    """Lead a run that was begun to its end, and tell how it ended, as `apply` does."""
    sync = parts.ledger.runs.get(claim.run_id).sync
    return told(parts, sync, lambda: _carry(parts, claim, order))


def _carry(parts: Parts, claim: Claim, order: Order) -> Report:
    with claim:
        return walk(Work.begin(parts, claim, order))


def walk(work: Work) -> Report:
    """Take a run through its states to its end."""
    steps = DATASET_STEPS if is_dataset(work.claim.target) else _STEPS
    try:
        while not (run := work.run).over:
            steps[run.state](work)
    except LadingError as error:
        _stop(work, error)
        raise
    retention.sweep(work.parts)
    return reports.report(work.parts, run.id)


def _stop(work: Work, error: LadingError) -> None:
    """Write down why the run stands still. One that could not even read its source is over: there is nothing to resume."""
    problem = (error.problem_code, error.message)
    # If the claim is lost, or the disk is full, the first error is the one to tell.
    with suppress(LadingError):
        if work.run.state is RunState.READING and isinstance(error, SettingsError):
            verdict = Verdict(state=RunState.FAILED, books=None, exit_code=error.exit_code, problem=problem)
            work.parts.ledger.runs.commit_generation(work.claim, verdict)
        else:
            work.parts.ledger.runs.stop(work.claim, exit_code=error.exit_code, problem=problem)


#: What each state of an audience's run asks for. A step ends by committing the next state, or raises and leaves the run to be
#: resumed.
_STEPS: Final[Mapping[RunState, Callable[[Work], None]]] = {
    RunState.READING: planning.read_and_plan,
    RunState.PLANNED: planning.begin,
    RunState.GUARDED: planning.accept,
    RunState.DELIVERING: delivering.send_all,
    RunState.SETTLING: delivering.settle,
    RunState.COMMITTING: committing.commit,
}
