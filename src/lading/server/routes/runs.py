"""Runs: what ran, how it stands, what became of everybody, and going on with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from lading.report.summary import Report
from lading.server.answers import Answer, answer
from lading.server.desk import Desk, TheDesk, TheParts
from lading.server.routes.orders import HowMany, RunId, RunOrder
from lading.service import listing, quality, runs
from lading.service.parts import Parts
from lading.service.remedies import cancelling, retrying, undoing

router = APIRouter(prefix="/v1/runs", tags=["runs"])
_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": Answer, "description": "It goes on: look at the run."}
}


@router.get("", response_model=Answer)
def list_runs(parts: TheParts, limit: HowMany = 20) -> Response:
    """The latest runs, the newest first."""
    return answer(listing.list_runs(parts, limit))


@router.get("/{run}", response_model=Answer)
def show(
    parts: TheParts,
    run: RunId,
    log: Annotated[bool, Query(description="Every step of the run.")] = False,  # noqa: FBT002
) -> Response:
    """One run with its batches."""
    return answer(listing.show(parts, run, log=log))


@router.get("/{run}/quality", response_model=Answer)
def judged(parts: TheParts, run: RunId) -> Response:
    """The quality of what a run has read: by field and country, with advice."""
    return answer(quality.of_run(parts, run))


@router.get("/{run}/report", response_model=Answer)
def report(parts: TheParts, run: RunId) -> Response:
    """What became of a run: its books, counts and reasons."""
    return answer(runs.report(parts, run))


@router.post("/{run}/follow", response_model=Answer, responses=_LATER)
def follow(desk: TheDesk, parts: TheParts, run: RunId, order: RunOrder | None = None) -> Response:
    """Go on with a run until Amazon has finished."""
    wait = (order or RunOrder()).order().max_wait
    return _carried(desk, parts, run, lambda: runs.follow(parts, run, wait))


@router.post("/{run}/retry", response_model=Answer, responses=_LATER)
def retry(desk: TheDesk, parts: TheParts, run: RunId, order: RunOrder | None = None) -> Response:
    """Send those again whom Amazon has not confirmed."""
    wanted = (order or RunOrder()).order()
    return _carried(desk, parts, run, lambda: retrying.retry(parts, run, wanted))


@router.post("/{run}/cancel", response_model=Answer, responses=_LATER)
def cancel(
    desk: TheDesk,
    parts: TheParts,
    run: RunId,
    wait: Annotated[bool, Query(description="Follow first what is on its way.")] = True,  # noqa: FBT002
) -> Response:
    """End a run: nothing more is sent, and what Amazon confirmed is kept."""
    order = replace(RunOrder().order(), wait=wait)
    return _carried(desk, parts, run, lambda: cancelling.cancel(parts, run, order))


@router.post("/{run}/undo", response_model=Answer)
def undo(parts: TheParts, run: RunId) -> Response:
    """Plan the way back to the audience as it was before a run. Nothing is sent before that plan is applied."""
    return answer(undoing.undo(parts, run))


def _carried(desk: Desk, parts: Parts, run: str, work: Callable[[], Report]) -> Response:
    """The report, or where the run stands, when it takes longer than a request should."""
    parts.ledger.runs.get(run)
    done = desk.carrier.wait_for(work)
    return answer(done) if done else answer(listing.show(parts, run).run, 202)
