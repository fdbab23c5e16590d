"""A run that is there: its report, and going on with one that is unfinished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from lading.errors import SettingsError
from lading.ledger.rows import Run
from lading.report.summary import Report
from lading.service import reports
from lading.service.parts import Parts
from lading.service.sync import walk
from lading.service.targets import TargetAnswer, each
from lading.service.telling import told
from lading.service.work import Order, Work, target_of

Answer = TypeVar("Answer")


def of(parts: Parts, what: str, ask: Callable[[str], Answer]) -> tuple[TargetAnswer[Answer], ...]:
    """Ask about run `what`, or about the last run of each target of sync `what`."""
    if not parts.settings.carried(what):
        return (TargetAnswer(what, ask(what)),)
    return each(parts, what, lambda one: ask(_last(parts, one)))


def _last(parts: Parts, name: str) -> str:
    if last := parts.ledger.runs.list(1, target=target_of(name, parts.sync(name))):
        return last[0].id
    raise SettingsError(
        f"nothing has run yet. `lading apply {name}` begins", where=f"syncs.{name}", code="no_run"
    )


def report(parts: Parts, run_id: str) -> Report:
    """What became of a run."""
    return reports.report(parts, run_id)


def follow(parts: Parts, run_id: str | None, max_wait: timedelta | None = None) -> Report:
    """Go on with a run until Amazon has finished: the one that is named, or the one that is unfinished."""
    run = parts.ledger.runs.get(run_id) if run_id else _unfinished(parts)
    if run.over:
        return reports.report(parts, run.id)

    def carry() -> Report:
        with parts.ledger.runs.claim(run.id, parts.worker) as claim:
            return walk(Work.begin(parts, claim, Order(max_wait=max_wait)))

    return told(parts, run.sync, carry)


def _unfinished(parts: Parts) -> Run:
    waiting = [run for run in parts.ledger.runs.list(1000) if not run.over]
    if not waiting:
        raise SettingsError("no run is unfinished. `lading runs` lists them all", code="nothing_to_follow")
    if len(waiting) > 1:
        named = ", ".join(f"{run.id} ({run.sync})" for run in waiting)
        raise SettingsError(f"several runs are unfinished; name one of them: {named}", code="several_runs")
    return waiting[0]
