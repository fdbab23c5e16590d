"""Runs that nobody carries any more, and that go on by themselves: their process died, or they only had to wait."""

from __future__ import annotations

from typing import Final

from lading.errors import Exit
from lading.ledger.rows import Run
from lading.model.states import RunState
from lading.service.parts import Parts
from lading.service.schedules.firing import held

#: A run that was left with one of these needs nothing but time.
_WAITING: Final = frozenset({Exit.PROCESSING, Exit.GAVE_UP})


def orphans(parts: Parts) -> tuple[Run, ...]:
    """Those that a worker goes on with. One that a person interrupted, or has to look at, is left to him."""
    fired = {firing.moment for firing in parts.ledger.firings.waiting()}
    return tuple(
        run for run in parts.ledger.runs.all_unfinished()
        if run.forget is None and run.fired_for not in fired and _goes_on(parts, run)
    )  # fmt: skip


def _goes_on(parts: Parts, run: Run) -> bool:
    if run.owner is not None:
        return not held(parts, run)
    return run.state is not RunState.GUARDED and run.exit_code in _WAITING
