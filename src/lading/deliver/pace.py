"""How fast requests may leave: sliding sums in the ledger, shared by every process that works on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lading.clock import Clock
from lading.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a scope (an advertiser profile in a region) may send."""

    scope: str
    per_second: int
    per_hour: int


@dataclass(slots=True)
class Pace:
    """Waits for a permit before each request, unless one was already taken together with a batch's state."""

    ledger: Ledger
    clock: Clock
    allowance: Allowance
    _prepaid: bool = field(default=False, init=False)

    def prepay(self, *, paid: bool = True) -> None:
        """The next request's permit was taken in the transaction that marked its batch as sending."""
        self._prepaid = paid

    def wait_turn(self) -> None:
        """Return when the next request may leave."""
        if self._prepaid:
            self._prepaid = False
            return
        while (moment := self._take()) is not None:
            self.clock.sleep_until(moment)

    def _take(self) -> datetime | None:
        allowed = self.allowance
        return self.ledger.permits.take(allowed.scope, per_second=allowed.per_second, per_hour=allowed.per_hour)
