"""The words of schedules: why a sync is started by itself, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Cause(StrEnum):
    """Why a sync was fired. `catch_up`: its moment passed while nobody was there."""

    CRON = "cron"
    CATCH_UP = "catch_up"
    AFTER = "after"
    CHANGE = "change"
    NOW = "now"


class FiringState(StrEnum):
    """Where a firing stands. `waiting`: its run is ahead, or in work. `passed`: it was let go, and nothing ran for it."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    PASSED = "passed"


FIRING_ENDS: Final = frozenset({FiringState.DONE, FiringState.FAILED, FiringState.PASSED})
