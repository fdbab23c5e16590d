"""The sandbox's time: real with a speed, or manual, moved by the door and by those who sleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

Mode = Literal["real", "manual"]

#: Where a manual clock starts, unless told otherwise: a Monday morning.
MANUAL_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MAX_SPEED = 1_000_000.0


def micros(moment: datetime) -> int:
    """The moment as whole microseconds since 1970, as the store keeps it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_micros(count: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, as the door says it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z and whole seconds, as Amazon says it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Setting:
    """How the clock runs: `base` is sandbox time, `wall` the machine's seconds at that moment."""

    mode: Mode
    speed: float
    base: datetime
    wall: float

    def at(self, wall: float) -> datetime:
        if self.mode == "manual":
            return self.base
        return self.base + timedelta(seconds=max(0.0, wall - self.wall) * self.speed)


@dataclass(slots=True)
class SandboxClock:
    """One clock for everything in the sandbox. It never goes back, but for `restart` (a reset of the world)."""

    mode: Mode = "real"
    start: datetime | None = None
    wall: Callable[[], float] = time.time
    #: In manual mode time jumps when this many sleepers sleep at once.
    sleepers: int = 1
    _setting: Setting = field(init=False)
    _pending: list[datetime] = field(init=False, default_factory=list)
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._setting = self._fresh()

    def _fresh(self) -> Setting:
        wall = self.wall()
        machine = datetime.fromtimestamp(wall, UTC)
        first = self.start or (MANUAL_START if self.mode == "manual" else machine)
        return Setting(self.mode, 1.0, first, wall)

    @property
    def setting(self) -> Setting:
        return self._setting

    def now(self) -> datetime:
        with self._lock:
            return self._setting.at(self.wall())

    def resume(self, setting: Setting, last_seen: datetime, last_wall: float) -> None:
        """Go on after a restart: while the sandbox was down, time passed as on the wall, and never backwards."""
        wall = self.wall()
        down = 0.0 if setting.mode == "manual" else max(0.0, wall - last_wall)
        with self._lock:
            self._setting = replace(setting, base=last_seen + timedelta(seconds=down), wall=wall)

    def restart(self) -> None:
        """As it was at the start; sleepers are let go by their moment or by their patience."""
        with self._lock:
            self.sleepers = 1
            standing = self.mode == "manual"
            self._setting = self._fresh() if standing else Setting("real", 1.0, self.now(), self.wall())

    def run(self, *, mode: Mode | None = None, speed: float | None = None) -> None:
        """Change how time passes, from this moment on."""
        with self._lock:
            now, old = self.now(), self._setting
            self._setting = Setting(mode or old.mode, old.speed if speed is None else speed, now, self.wall())

    def advance(self, by: timedelta) -> None:
        with self._lock:
            self.jump(self.now() + by)

    def jump(self, to: datetime) -> None:
        """Move forward to a moment; a moment that has passed changes nothing."""
        with self._lock:
            if to > self.now():
                self._setting = replace(self._setting, base=to, wall=self.wall())

    def lie_down(self, moment: datetime) -> None:
        """A sleeper comes; in manual mode the last of the known ones makes time jump to the earliest."""
        with self._lock:
            self._pending.append(moment)
            self._jump_if_all_sleep()

    def get_up(self, moment: datetime) -> None:
        with self._lock:
            self._pending.remove(moment)

    def expect(self, sleepers: int) -> None:
        """How many sleepers are known."""
        with self._lock:
            self.sleepers = sleepers
            self._jump_if_all_sleep()

    def _jump_if_all_sleep(self) -> None:
        asleep = [moment for moment in self._pending if moment > self.now()]
        if self._setting.mode == "manual" and asleep and len(asleep) >= self.sleepers:
            self.jump(min(asleep))
