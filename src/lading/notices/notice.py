"""A notice: a few lines about a run for people who do not sit in front of it. Never personal data, never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Event(StrEnum):
    """What `notify[].on` of the settings names."""

    DONE = "done"
    FAILED = "failed"
    GUARD = "guard"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is said of an event."""

    event: Event
    title: str
    body: str


class Post(Protocol):
    """What carries notices to addresses, which may hold passwords."""

    def kind(self, address: str) -> str | None:
        """What an address leads to, such as `mailto`; None if it is no address that the post knows."""
        ...

    def carry(self, address: str, notice: Notice) -> bool:
        """Carry a notice there: whether it was taken."""
        ...
