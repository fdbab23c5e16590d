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
        """Return when one more request may leave.

        Asked before every request to the Ads API: polls and repetitions count like all others. Requests for tokens go to
        Login with Amazon, another host with limits of its own, and are not asked about.
        """

    def throttled(self, seconds: float) -> None:
        """Amazon answered 429 to a request that this client repeats itself: be silent for so long, then slower."""


class TokenStore(Protocol):
    """Where the refresh token is kept."""

    def refresh_token(self) -> str:
        """The refresh token as it is now."""

    def save_refresh_token(self, token: str) -> None:
        """Keep a refresh token that replaces the one before."""
