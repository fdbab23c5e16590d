"""The events' side of a server: they are taken in here, sorted now and then, and carried when enough of them wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from lading.errors import LadingError
from lading.server.carrying import Carrier
from lading.server.signs import log
from lading.service.events import due, settling
from lading.service.events.log import EventLog
from lading.service.events.taking import Intake
from lading.service.parts import Parts
from lading.service.work import Order

#: Seconds of real time between two looks: so long an event lies in the log before a run can see it.
_GLANCE: Final = 1.0


class Reception:
    """Takes events in as long as the server runs. With a `worker`, it also begins the runs that carry them."""

    def __init__(self, parts: Callable[[], Parts], carrier: Carrier, *, worker: bool) -> None:
        self._parts = parts
        self._carrier = carrier
        self._worker = worker
        self._log = EventLog(parts().home.events, parts().worker.owner.worker)
        self.intake = Intake(parts, self._log)
        self._end = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._watch, name="reception", daemon=True)

    def open(self) -> None:
        """Begin to look after what comes in."""
        self._thread.start()

    def close(self) -> None:
        """Sort what came in last. Call it when nobody asks any more."""
        self._end.set()
        self._thread.join()
        self.intake.close()
        self._look(begin=False)

    def _watch(self) -> None:
        while not self._end.wait(_GLANCE):
            self._look(begin=self._worker)

    def _look(self, *, begin: bool) -> None:
        try:
            parts = self._parts()
            with self.intake.writing:
                written = self._log.rotate()
            settling.sort_logs(parts, [written] if written else [])
            settling.settle_carried(parts)
            for sync in due.due(parts) if begin else ():
                self._begin(parts, sync)
            self._trouble = ""
        except LadingError as error:  # a full disk, a ledger that is away: it may be better next time
            if error.problem_code != self._trouble:
                log().error("events wait", code=error.problem_code)
            self._trouble = error.problem_code
        except Exception as error:  # noqa: BLE001  (this thread must not end; the text of an unknown error may hold anything)
            log().error("bug", kind=type(error).__qualname__)

    def _begin(self, parts: Parts, sync: str) -> None:
        try:
            run = self._carrier.apply(parts, sync, Order())
            log().info("run begun for events", sync=sync, run=run)
        except LadingError as error:
            log().info("no run for events", sync=sync, code=error.problem_code)
