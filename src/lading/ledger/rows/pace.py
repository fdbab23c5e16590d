"""How fast a scope may go, and how much of that it uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How many requests a scope (a profile) allows, and how many records the connection that they go through."""

    scope: str
    per_second: float
    per_hour: int
    #: The connection that records are counted by; "" where none are sent.
    lane: str = ""
    records_per_hour: int = 15_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceUsed:
    """How much of a pace is in use at a moment."""

    #: Requests of the last second and the last hour, and records of the last hour.
    second: int
    hour: int
    records: int
    #: What it has of its pace since the last 429, 0 to 1.
    share: float
    #: How long nobody may send, because Amazon said so.
    silent: timedelta
    #: 429s that were ever heard.
    throttled: int
