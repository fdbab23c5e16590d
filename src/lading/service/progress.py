"""How a long question tells its face where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a face shows while the service works. Never personal data."""

    def stage(self, name: str) -> None:
        """A new part of the work begins."""
        ...

    def advance(self, done: int, total: int | None, unit: str) -> None:
        """So much of the stage is done."""
        ...

    def say(self, line: str) -> None:
        """Something the user should know now."""
        ...


class Silence:
    """Shows nothing."""

    def stage(self, name: str) -> None:
        pass

    def advance(self, done: int, total: int | None, unit: str) -> None:
        pass

    def say(self, line: str) -> None:
        pass
