"""Retrying a run: only what Amazon has not confirmed is sent."""

from __future__ import annotations

import os
from dataclasses import replace

from lading.errors import SettingsError
from lading.ledger.rows import NewRun, Run
from lading.membership.files import make_folder
from lading.report.summary import Report
from lading.service.parts import Parts
from lading.service.sync import walk
from lading.service.telling import told
from lading.service.work import Order, Work, carrier_of, planned_folder


def retry(parts: Parts, run_id: str, order: Order) -> Report:
    """Go on with run `run_id`, or, if it is over, carry its people once more: those who are not confirmed.

    Its people are taken as they were read then. A later run of the same audience knows better, so only the last can be retried.
    """
    run = parts.ledger.runs.get(run_id)
    return told(parts, run.sync, lambda: _carry(parts, run, order))


def _carry(parts: Parts, run: Run, order: Order) -> Report:
    if not run.over:
        with parts.ledger.runs.claim(run.id, parts.worker) as claim:
            return walk(Work.begin(parts, claim, order))
    _check(parts, run)
    new = NewRun(sync=run.sync, target=run.target, mode=run.mode, max_wait=order.max_wait)
    with parts.ledger.runs.create(new, parts.worker) as claim:
        _link(parts, run, claim.run_id)
        return walk(Work.begin(parts, claim, replace(order, again=run.id)))


def _check(parts: Parts, run: Run) -> None:
    later = parts.ledger.runs.list(1, target=run.target)
    if later and later[0].id != run.id:
        raise SettingsError(
            f"run {run.id} is not the last one of its target: {later[0].id} came after it. `lading apply {run.sync}` reads the "
            "source again and sends whoever is still lacking",
            code="not_the_last_run",
        )
    if run.undoes:
        raise SettingsError(
            f"run {run.id} is an undo, which is planned anew instead: `lading undo {run.undoes}`",
            code="undo_again",
        )
    name = carrier_of(parts, run)
    if parts.sync(name).mode != run.mode:
        raise SettingsError(
            f"run {run.id} was made in mode {run.mode}, and sync {name} is in mode {parts.sync(name).mode} now. "
            f"`lading apply {name}` goes by the new mode",
            code="mode_changed",
        )
    if not {"records", "rows"} & set(run.files):
        raise SettingsError(
            f"run {run.id} never got as far as a plan, so it has nobody to send. `lading apply {run.sync}` begins anew",
            code="nothing_planned",
        )


def _link(parts: Parts, run: Run, new: str) -> None:
    """The same immutable files under the new run, so that it too can be retried."""
    make_folder(parts.home.run(new))
    for part in {"records", "denied", "rows", "rejections", "findings"} & set(run.files):
        name = run.files[part].name
        os.link(planned_folder(parts, run) / name, parts.home.run(new) / name)
