"""How fast requests may leave: sliding sums in the ledger, shared by every process that works on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lading.clock import Clock
from lading.ledger import Ledger
from lading.ledger.rows import Pace as Allowance


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
        while (moment := self.ledger.permits.take(self.allowance, self.clock.now())) is not None:
            self.clock.sleep_until(moment)

    def try_turn(self) -> bool:
        """Take the next request's permit if one is free at this moment."""
        self._prepaid = self.ledger.permits.take(self.allowance, self.clock.now()) is None
        return self._prepaid

    def throttled(self, seconds: float) -> None:
        """Amazon refused a request for being one too many."""
        self.pause(timedelta(seconds=seconds))

    def pause(self, wait: timedelta) -> datetime:
        """Keep everybody of this scope silent, as Amazon asked, and slower for a while after; returns until when."""
        until = self.clock.now() + wait
        self.ledger.permits.pause(self.allowance.scope, until)
        return until
