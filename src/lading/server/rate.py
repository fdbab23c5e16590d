"""How many requests one caller may make: a bucket of permits that fills evenly."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

#: Callers that are remembered; the one who was silent longest is forgotten first, and starts with a full bucket again.
_CALLERS: Final = 10_000


class Rate:
    """At most `per_second` requests a second for each caller, with twice as many at once."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._most = 2.0 * per_second
        #: Caller -> permits that were left, and when.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str, now: float) -> float:
        """Take a permit: 0, or the seconds until there is one. `now`: seconds of a clock that only goes forward."""
        left, since = self._buckets.pop(caller, (self._most, now))
        left = min(self._most, left + (now - since) * self._per_second)
        taken = left >= 1
        self._buckets[caller] = (left - 1 if taken else left, now)
        if len(self._buckets) > _CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - left) / self._per_second
