"""Firing: each schedule is looked at, and what is due is written down, once for all who look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lading.errors import LadingError
from lading.ledger.firings import NewFiring
from lading.ledger.rows import Run
from lading.ledger.schedules import Standing
from lading.model.schedules import Cause, FiringState
from lading.model.states import RunState
from lading.plan.due import LATE, due, next_start
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.schedules import Schedule
from lading.settings.syncs import Sync


@dataclass(slots=True)
class Glances:
    """What a scheduler saw of sources, to know whether they still change. Nothing is lost when it is."""

    seen: dict[str, tuple[datetime, str]] = field(default_factory=dict)


def scheduled(parts: Parts) -> Iterator[tuple[str, Sync, Schedule]]:
    """Each sync that runs by itself, by its name in the settings."""
    for name, sync in parts.settings.written_syncs.items():
        if sync.schedule and not sync.schedule.never:
            yield name, sync, sync.schedule


def fire_due(parts: Parts, glances: Glances) -> datetime | None:
    """Fire whatever is due. When to look again at the latest, as far as that is known."""
    ahead = [_look(parts, name, schedule, glances) for name, _, schedule in scheduled(parts)]
    return min((moment for moment in ahead if moment), default=None)


def standing_of(parts: Parts, name: str, schedule: Schedule) -> Standing:
    """How the schedule of a sync stands; it begins when it is first seen."""
    if (known := parts.ledger.schedules.get(name)) and known.line == str(schedule):
        return known
    version = _version(parts, name) if schedule.on_change else None
    return parts.ledger.schedules.seen(name, str(schedule), version)


def done_until(parts: Parts, standing: Standing) -> datetime:
    """Up to which moment the fire times of a schedule are dealt with."""
    by_itself = (
        one.moment for one in parts.ledger.firings.of(standing.sync, 20) if one.cause is not Cause.NOW
    )
    return max(standing.since, next(by_itself, standing.since))


def _look(parts: Parts, name: str, schedule: Schedule, glances: Glances) -> datetime | None:
    standing = standing_of(parts, name, schedule)
    if not standing.moving:
        return None
    if schedule.line:
        return _by_cron(parts, schedule, standing)
    if schedule.after:
        _after(parts, schedule.after, standing)
        return None
    return _on_change(parts, name, schedule.on_change or timedelta(days=1), standing, glances)


def _by_cron(parts: Parts, schedule: Schedule, standing: Standing) -> datetime | None:
    now, done = parts.clock.now(), done_until(parts, standing)
    cron, delay = schedule.line, schedule.delay
    if cron is None:
        return None
    if found := due(cron, done=done, now=now, delay=delay):
        late = now - found.moment - delay > LATE
        passed = late and not schedule.catch_up
        parts.ledger.firings.fire(NewFiring(
            sync=standing.sync, moment=found.moment, cause=Cause.CATCH_UP if late else Cause.CRON, missed=found.missed,
            state=FiringState.PASSED if passed else FiringState.WAITING,
        ))  # fmt: skip
    return next_start(cron, done=done, now=now, delay=delay)


def _after(parts: Parts, before: str, standing: Standing) -> None:
    """Fire when everything that the other sync has in work is done: its last end is the fire time."""
    done, ends = done_until(parts, standing), []
    for name in parts.carried(before):
        for run in parts.ledger.runs.list(20, target=target_of(name, parts.sync(name))):
            if not run.over:
                return
            if _counts(run, name) and run.ended_at and run.ended_at > done:
                ends.append(run.ended_at)
    if ends and not any(one.sync == before for one in parts.ledger.firings.waiting()):
        parts.ledger.firings.fire(
            NewFiring(sync=standing.sync, moment=max(ends), cause=Cause.AFTER, missed=0)
        )


def _counts(run: Run, name: str) -> bool:
    return run.sync == name and run.state is RunState.DONE and run.exit_code == 0 and run.forget is None


def _on_change(
    parts: Parts, name: str, every: timedelta, standing: Standing, glances: Glances
) -> datetime | None:
    """Fire when the source is another one than at the last firing, and was the same at two glances: it is not being written."""
    now = parts.clock.now()
    last = glances.seen.get(name)
    if last and now < last[0] + every:
        return last[0] + every
    version = _version(parts, name)
    if version is not None:
        glances.seen[name] = (now, version)
        if last and last[1] == version != standing.version:
            parts.ledger.firings.fire(NewFiring(sync=name, moment=now, cause=Cause.CHANGE, version=version))
    return now + every


def _version(parts: Parts, name: str) -> str | None:
    """None where the source cannot be read now."""
    try:
        return parts.source(parts.sync(parts.carried(name)[0]), None).version()
    except LadingError:
        return None
