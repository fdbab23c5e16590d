"""What the client asks of its surroundings: the time, whose turn it is, and a place for the refresh token."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ClockLike(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The time at this moment, aware."""


class PaceLike(Protocol):
    """How fast requests may follow each other."""

    def wait_turn(self) -> None:
        """Return when one more request may leave. Asked before every request, those for tokens excepted."""


class TokenStore(Protocol):
    """Where the refresh token is kept."""

    def refresh_token(self) -> str:
        """The refresh token as it is now."""

    def save_refresh_token(self, token: str) -> None:
        """Keep a refresh token that replaces the one before."""
