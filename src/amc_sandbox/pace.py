"""How fast clients may ask: a bucket of requests a client, and records an hour a connection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


class Buckets:
    """One token bucket a client, filled by the sandbox's clock."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[float, datetime]] = {}

    def take(self, client_id: str, now: datetime, per_second: float, burst: int) -> int:
        """0 when the request may pass, else the seconds to wait."""
        if per_second == 0:
            return 0
        level, since = self._levels.get(client_id, (float(burst), now))
        level = min(float(burst), level + max(0.0, (now - since).total_seconds()) * per_second)
        passes = level >= 1
        self._levels[client_id] = (level - passes, now)
        return 0 if passes else max(1, math.ceil((1 - level) / per_second))

    def clear(self) -> None:
        self._levels.clear()


def records_wait(sent: Sequence[tuple[datetime, int]], more: int, limit: int, now: datetime) -> int:
    """0 when `more` records may still come within this hour's limit, else the seconds to wait.

    `sent` are the moments and counts of the last hour, the oldest first.
    """
    total = sum(count for _, count in sent) + more
    for moment, count in sent:
        if total <= limit:
            return 0
        total -= count
        if total <= limit:
            return max(1, math.ceil((moment + HOUR - now).total_seconds()))
    return 0 if total <= limit else int(HOUR.total_seconds())
