"""Carrying a firing: the run of each target, once, whoever died on the way; and what its end means for the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lading.errors import Exit, LadingError, TargetBusy
from lading.ledger import Owner
from lading.ledger.firings import Firing
from lading.ledger.rows import Run
from lading.notices.notice import Event, Notice
from lading.service import sync as service
from lading.service.parts import Parts
from lading.service.targets import gravest
from lading.service.telling import tell
from lading.service.work import Order, target_of
from lading.settings.document import written_name

#: Ends that a person has to mend: a schedule that has nothing else any more is switched off.
_CONFIGURATION: Final = frozenset({Exit.SETTINGS, Exit.ACCESS})

#: Ends that are mended by time alone: whatever waits for such a run waits on.
_TIME: Final = frozenset({Exit.PROCESSING, Exit.GAVE_UP})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a firing ended: the gravest of its targets' ends, and what was wrong."""

    exit_code: int
    problem: str | None = None


def carry(parts: Parts, firing: Firing) -> Ended | None:
    """Run all targets of a firing that this worker has taken, and write its end down. None: a target is busy, so it waits."""
    try:
        names = parts.carried(firing.sync)
        if any(_busy(parts, name) for name in names):
            parts.ledger.firings.put_back(firing, parts.worker)
            return None
        ended = _gravest([_carried(parts, name, firing.moment) for name in names])
    except TargetBusy:
        parts.ledger.firings.put_back(firing, parts.worker)
        return None
    except LadingError as error:
        ended = Ended(int(error.exit_code), str(error))
    except Exception as error:  # noqa: BLE001  (our bug in one sync stops no other; its text may hold anything)
        ended = Ended(
            int(Exit.BUG), f"our bug ({type(error).__name__}): `lading apply {firing.sync}` shows it"
        )
    except KeyboardInterrupt:
        parts.ledger.firings.put_back(firing, parts.worker)
        raise
    _end(parts, firing, ended)
    return ended


def _busy(parts: Parts, name: str) -> bool:
    """Whether another process carries the target's run now."""
    run = parts.ledger.runs.unfinished(target_of(name, parts.sync(name)))
    return run is not None and held(parts, run)


def held(parts: Parts, run: Run) -> bool:
    """Whether somebody living holds a run."""
    if run.owner is None:
        return False
    return not parts.worker.dead(Owner.parse(run.owner), run.beat, parts.ledger.runs.database_time())


def _carried(parts: Parts, name: str, moment: datetime) -> Ended:
    """The end of a target's run for this fire time: it is begun once, and gone on with as often as it takes."""
    target = target_of(name, parts.sync(name))
    mine = parts.ledger.runs.fired(name, target, moment)
    if mine and mine.over:
        return Ended(mine.exit_code or 0, mine.problem_message)
    older = parts.ledger.runs.unfinished(target) if mine is None else None
    ended = _applied(parts, name, moment)
    if older and not (
        begun := parts.ledger.runs.fired(name, target, moment)
    ):  # an older run had to end first
        if ended.exit_code not in _TIME:
            ended = _applied(parts, name, moment)
            begun = parts.ledger.runs.fired(name, target, moment)
        if not begun and ended.exit_code in _TIME:
            raise TargetBusy(f"run {older.id} of the same target is not finished")
    return ended


def _applied(parts: Parts, name: str, moment: datetime) -> Ended:
    try:
        report = service.apply(parts, name, _order(parts, name, moment))
    except TargetBusy:
        raise
    except LadingError as error:
        return Ended(int(error.exit_code), str(error))
    return Ended(report.exit_code or 0, report.problem)


def _order(parts: Parts, name: str, moment: datetime) -> Order:
    """As the schedule wants it; it may have been taken out of the settings since."""
    if schedule := parts.sync(name).schedule:
        return Order(wait=schedule.wait, max_wait=schedule.max_wait, fired_for=moment)
    return Order(fired_for=moment)


def _gravest(ends: list[Ended]) -> Ended:
    worst = gravest([one.exit_code for one in ends])
    problems = dict.fromkeys(one.problem for one in ends if one.problem)
    return Ended(int(worst), "; ".join(problems) or None)


def _end(parts: Parts, firing: Firing, ended: Ended) -> None:
    written = parts.settings.written_syncs.get(written_name(firing.sync))
    limit = written.schedule.disable_after if written and written.schedule else None
    off = parts.ledger.firings.end(
        firing, exit_code=ended.exit_code, problem=ended.problem,
        counts=ended.exit_code in _CONFIGURATION, limit=limit,
    )  # fmt: skip
    if off:
        tell(parts, _switched_off(firing.sync, limit, ended.problem))


def _switched_off(sync: str, times: int | None, problem: str | None) -> Notice:
    return Notice(
        event=Event.FAILED,
        title=f"Lading: the schedule of {sync} is switched off",
        body=f"{times} times in a row it failed by its settings or its access:\n{problem}\n\n"
        f"Mend that, try it with `lading apply {sync}`, and switch it on again: `lading resume {sync}`\n",
    )
