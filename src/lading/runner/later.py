"""Jobs that are left alone for a while. Lanes write here, and the loop reads."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime


class Later:
    """Until when each job is left alone, by its key."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def put_off(self, keys: Iterable[str], moment: datetime) -> None:
        """Leave jobs alone until a moment."""
        with self._lock:
            self._until.update(dict.fromkeys(keys, moment))

    def at(self, now: datetime) -> frozenset[str]:
        """Those that are left alone now; the others are forgotten."""
        with self._lock:
            self._until = {key: moment for key, moment in self._until.items() if moment > now}
            return frozenset(self._until)

    def first(self, other: datetime | None) -> datetime | None:
        """When the first of them, or something else, is due."""
        with self._lock:
            return min([*self._until.values(), *([other] if other else [])], default=None)
