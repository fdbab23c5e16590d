"""What one can ask of schedules: when each runs next, and letting one stand still or go on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from lading.cron import BadCron, parse
from lading.cron.line import Dialect
from lading.errors import SettingsError
from lading.ledger.schedules import Standing
from lading.model.schedules import FIRING_ENDS
from lading.service.parts import Parts
from lading.service.schedules.scheduling import done_until, scheduled, standing_of
from lading.settings.document import written_name
from lading.settings.schedules import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """The schedule of one sync."""

    sync: str
    schedule: str
    #: `on`, `paused`, or `off` (switched off after failures).
    state: str
    #: Why it is off.
    reason: str | None
    #: When it starts next; empty where that depends on something else.
    next: tuple[datetime, ...]
    #: The last fire time that was dealt with, and how its run ended.
    last: datetime | None = None
    last_state: str | None = None
    last_exit_code: int | None = None

    def __str__(self) -> str:
        """In words: the schedule, and when it starts next."""
        if self.state == "off":
            return f"switched off: {self.reason}"
        if self.state == "paused":
            return f"paused: {self.schedule}"
        ahead = ", ".join(f"{moment:%a %Y-%m-%d %H:%M}" for moment in self.next)
        return f"{self.schedule}" + (f"; next {ahead} UTC" if ahead else "")

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def next_of(
    line: str, *, dialect: Dialect, timezone: str, start: datetime, count: int
) -> tuple[datetime, ...]:
    """The first moments of any cron line after `start`."""
    try:
        return parse(line, dialect, timezone).next(start, count)
    except BadCron as error:
        raise SettingsError(
            f"this is no cron line: {error}", where=repr(line), code="wrong_schedule"
        ) from None
    except OverflowError:
        raise SettingsError(
            "the calendar begins in year 1: write a later moment", where=f"--from {start:%Y-%m-%d}", code="wrong_schedule"
        ) from None  # fmt: skip
    except (KeyError, OSError, ValueError):  # ZoneInfo's words for a name that is none
        raise SettingsError(
            "there is no such time zone: write one such as Europe/Berlin or UTC", where=f"--timezone {timezone}",
            code="wrong_schedule",
        ) from None  # fmt: skip


def listed(parts: Parts, count: int = 3) -> tuple[ScheduleLine, ...]:
    """All schedules, each with the next `count` starts."""
    return tuple(line_of(parts, name, schedule, count) for name, _, schedule in scheduled(parts))


def of(parts: Parts, name: str, count: int = 3) -> ScheduleLine:
    """The schedule of one sync."""
    return line_of(parts, name, _schedule(parts, name), count)


def of_carried(parts: Parts, name: str, count: int = 3) -> ScheduleLine | None:
    """The schedule that starts a sync, or one of its targets; None where there is none."""
    written = written_name(name)
    found = next((schedule for one, _, schedule in scheduled(parts) if one == written), None)
    return line_of(parts, written, found, count) if found else None


def pause(parts: Parts, name: str) -> ScheduleLine:
    """Let the schedule of a sync stand still. A run that is in work goes on, and `apply` works as ever."""
    standing_of(parts, name, _schedule(parts, name))
    parts.ledger.schedules.pause(name, who=parts.doer)
    return of(parts, name)


def resume(parts: Parts, name: str) -> ScheduleLine:
    """Let it go on from now, whether it was paused or switched off."""
    standing_of(parts, name, _schedule(parts, name))
    parts.ledger.schedules.resume(name, who=parts.doer)
    return of(parts, name)


def starts(schedule: Schedule, after: datetime, count: int) -> tuple[datetime, ...]:
    """The next starts by a cron line; none where there is no line."""
    if schedule.line is None:
        return ()
    found = schedule.line.after(after - schedule.delay)
    return tuple(moment + schedule.delay for moment in islice(found, count))


def _schedule(parts: Parts, name: str) -> Schedule:
    parts.carried(name)
    known = {one: schedule for one, _, schedule in scheduled(parts)}
    if name not in known:
        raise SettingsError(
            "has no schedule: write one under `schedule:`", where=f"syncs.{name}", code="no_schedule"
        )
    return known[name]


def line_of(parts: Parts, name: str, schedule: Schedule, count: int) -> ScheduleLine:
    """How the schedule of sync `name` stands."""
    standing, now = parts.ledger.schedules.get(name), parts.clock.now()
    last = next((one for one in parts.ledger.firings.of(name, 5) if one.state in FIRING_ENDS), None)
    begun = max(now, done_until(parts, standing)) if standing else now
    moving = standing is None or standing.moving
    return ScheduleLine(
        sync=name, schedule=str(schedule), state=_state(standing), reason=standing.reason if standing else None,
        next=starts(schedule, begun, count) if moving else (), last=last.moment if last else None,
        last_state=str(last.state) if last else None, last_exit_code=last.exit_code if last else None,
    )  # fmt: skip


def _state(standing: Standing | None) -> str:
    if standing is None or standing.moving:
        return "on"
    return "off" if standing.disabled_at else "paused"
