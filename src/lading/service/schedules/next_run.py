"""When a sync is expected to run again: by its schedule, by that of the sync which it comes after, or by its habit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from lading.model.states import RunState
from lading.plan.expiry import Horizon, horizon
from lading.service.parts import Parts
from lading.settings.document import written_name
from lading.settings.schedules import Schedule

#: Without a schedule the next run is assumed to be at least so far ahead, however often it was run by hand today.
SOONEST: Final = timedelta(days=1)

#: Runs that are looked through for one that counts.
_LATEST: Final = 200


def horizon_of(parts: Parts, name: str, target: str, life: timedelta, now: datetime) -> Horizon:
    """Who of the members of `target`, who stay for a `life`, has to be sent again by a run of sync `name`."""
    return horizon(now, next_run(parts, name, target, now), life)


def next_run(parts: Parts, name: str, target: str, now: datetime) -> datetime:
    """The moment of the next planned run of sync `name` after `now`.

    Without a schedule: as far ahead as the last run lies behind, and a day at least.
    """
    schedule = _leading(parts, name)
    if schedule and schedule.line and (found := next(schedule.line.after(now - schedule.delay), None)):
        return found + schedule.delay
    return now + max(_since_last(parts, name, target, now), SOONEST)


def _leading(parts: Parts, name: str) -> Schedule | None:
    """The schedule at the end of a chain of `after:`; None where it leads nowhere."""
    schedule, seen = parts.sync(name).schedule, {name}
    while schedule and (before := schedule.after):
        if before in seen:
            return None
        seen.add(before)
        schedule = _schedule(parts, before)
    return schedule


def _schedule(parts: Parts, name: str) -> Schedule | None:
    """Of a sync as it is written in the settings, whatever its targets are called behind."""
    syncs = parts.settings.syncs
    return next((sync.schedule for key, sync in syncs.items() if key.partition("/")[0] == name), None)


def _since_last(parts: Parts, name: str, target: str, now: datetime) -> timedelta:
    """How long ago the sync's last run began that came to its end; nothing where there was none. Others may write to the target, too."""
    mine = (
        run
        for run in parts.ledger.runs.list(_LATEST, target=target)
        if written_name(run.sync) == written_name(name)
    )
    began = (run.created_at for run in mine if run.over and run.state is not RunState.CANCELLED)
    return now - next(began, now)
