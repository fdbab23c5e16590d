"""Work that outlives the request that ordered it: runs, in threads of this process or left to another worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final, TypeVar

from lading.errors import LadingError
from lading.runner import Runner
from lading.server.signs import log
from lading.service import sync
from lading.service.parts import Parts
from lading.service.work import Order

Answer = TypeVar("Answer")

#: Runs at a time: each takes the memory of its preparing.
_AT_ONCE: Final = 4
_LANES: Final = 2


class Carrier:
    """Carries runs that requests begin. Without a `worker` in this process they are left to that of another."""

    def __init__(self, *, worker: bool) -> None:
        self._worker = worker
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._threads: list[threading.Thread] = []

    def apply(self, parts: Parts, what: str, order: Order) -> str:
        """Begin a run, and return its id at once. Raises what stands in its way before anything is read."""
        claim = sync.begin(parts, what, order)
        if not self._worker:
            parts.ledger.runs.leave(claim, tuple(sorted(order.accept)))
        else:
            self.start(lambda: sync.carry(parts, claim, order))
        return claim.run_id

    def run(self, parts: Callable[[], Parts], stop: threading.Event) -> None:
        """Fire schedules, and go on with runs that nobody carries, until `stop` is set."""
        runner = Runner(
            lambda: nullcontext(parts()), lanes=_LANES, say=lambda words: log().info("worker", says=words)
        )
        thread = threading.Thread(target=runner.run_until, args=(stop,), name="runner", daemon=True)
        self._threads.append(thread)
        thread.start()

    def start(self, work: Callable[[], object]) -> None:
        """Do something in a thread of its own."""
        self._threads = [one for one in self._threads if one.is_alive()]
        thread = threading.Thread(target=self._do, args=(work,), name="carrier", daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait_for(self, work: Callable[[], Answer], seconds: float = 20.0) -> Answer | None:
        """Do something that may take long: its answer, or None when it goes on behind the request's back."""
        done = threading.Event()
        kept: list[Any] = []

        def keep() -> None:
            try:
                kept.append(work())
            except (LadingError, KeyboardInterrupt) as error:
                kept.append(error)
                raise
            finally:
                done.set()

        self.start(keep)
        done.wait(seconds)
        if kept and isinstance(kept[0], LadingError):
            raise kept[0]
        return kept[0] if kept else None

    def drain(self, seconds: float) -> None:
        """Let what is under way come to a place where it can stop. Whatever is still at work then is cut off, and resumed later."""
        share = seconds / max(len(self._threads), 1)
        for thread in self._threads:
            thread.join(share)

    def _do(self, work: Callable[[], object]) -> None:
        with self._room:
            try:
                work()
            except KeyboardInterrupt:  # the server is to end: the clock woke whoever slept
                log().info("run left where it stands")
            except LadingError as error:
                log().info("run stopped", code=error.problem_code)
            except Exception as error:  # noqa: BLE001  (a thread's last stop; the text of an unknown error may hold anything)
                log().error("bug", kind=type(error).__qualname__)
