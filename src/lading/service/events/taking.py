"""Taking events in: judged, hashed, written and flushed together with others that came at the same time, then answered."""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from lading.dialects.segment import Membership, translate
from lading.errors import GaveUp, LadingError, SettingsError
from lading.model.frames import EVENTS
from lading.prepare.reasons import REJECTIONS
from lading.service.events.creating import created
from lading.service.events.destinations import Known, destination_of
from lading.service.events.hashing import hashed
from lading.service.events.log import EventLog, Tally
from lading.service.events.reasons import REASONS, REFUSED
from lading.service.parts import Parts

#: How long a flush waits for company, in seconds, and how many events it takes at most.
_GATHER: Final = 0.003
_MOST: Final = 20_000

ACCEPTED: Final = "accepted"


@dataclass(slots=True)
class Result:
    """What became of one event."""

    code: str = ACCEPTED
    message: str = ""

    @property
    def status(self) -> int:
        """200 for what was taken, or says nothing to us; 400 for what is wrong."""
        return 400 if self.code in REFUSED or self.code in REJECTIONS else 200


@dataclass(slots=True, repr=False)
class _Order:
    """The events of one request, on their way to the disk."""

    parts: Parts
    destination: str
    results: list[Result]
    #: Sync, place among the results, membership.
    found: list[tuple[str, int, Membership]]
    done: Future[None] = field(default_factory=Future)


class Intake:
    """The door's writer: one thread hashes and writes for all requests."""

    def __init__(self, parts: Callable[[], Parts], log: EventLog) -> None:
        self._parts = parts
        self._log = log
        self._orders: queue.Queue[_Order | None] = queue.Queue()
        self._known: tuple[Parts, dict[str, Known]] | None = None
        #: Held while a frame is written, and by whoever begins a new file.
        self.writing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    def known(self, name: str) -> tuple[Parts, Known]:
        """A destination by the settings as they are now."""
        parts = self._parts()
        if self._known is None or self._known[0] is not parts:
            self._known = parts, {}
        kept = self._known[1]
        if name not in kept:
            kept[name] = destination_of(parts.settings, name)
        return parts, kept[name]

    def take(self, name: str, events: Sequence[Any]) -> list[Result]:
        """What became of each event, in their order. What is accepted lies on the disk when this returns.

        SettingsError for an unknown destination; GaveUp when the disk does not take it: then nothing was accepted.
        """
        parts, known = self.known(name)
        now = parts.clock.now()
        outcomes = [translate(event, known.judge, now) for event in events]
        results = [Result(one.reason or ACCEPTED, REASONS.get(one.reason, "")) for one in outcomes]
        found: list[tuple[str, int, Membership]] = []
        for place, outcome in enumerate(outcomes):
            for one in outcome.memberships:
                parts, known = self._declared(known, parts, one, results[place])
                mine = known.syncs.get(one.audience, ())
                found.extend((sync, place, one) for sync in mine)
                if not mine and results[place].code == ACCEPTED:
                    results[place] = Result("unknown_audience", REASONS["unknown_audience"])
        order = _Order(parts, name, results, found)
        self._orders.put(order)
        order.done.result()
        return results

    def close(self) -> None:
        """Let the last orders be written, and end."""
        self._orders.put(None)
        self._thread.join()

    def _declared(self, known: Known, parts: Parts, one: Membership, result: Result) -> tuple[Parts, Known]:
        """The destination with a sync for the audience, which is made if the settings allow it."""
        if one.audience in known.syncs:
            return parts, known
        try:
            created(parts, known, one)
        except SettingsError as error:
            result.code, result.message = error.problem_code, error.message
            if result.code not in REFUSED:
                result.code = "wrong_audience_settings"
        return self.known(known.name)

    def _work(self) -> None:
        going = True
        while going:
            orders = list(self._gathered())
            going = orders[-1] is not None
            batch = [one for one in orders if one is not None]
            if batch:
                self._answer(batch)

    def _gathered(self) -> Iterator[_Order | None]:
        first = self._orders.get()
        yield first
        room = _MOST - (len(first.results) if first else _MOST)
        until = time.monotonic() + _GATHER
        while room > 0 and first is not None:
            try:
                order = self._orders.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return
            yield order
            if order is None:
                return
            room -= len(order.results)

    def _answer(self, batch: list[_Order]) -> None:
        try:
            self._write(batch)
        except LadingError as error:
            self._fail(batch, error)
        except Exception as error:  # noqa: BLE001  (its text may hold anything; whoever waits has to be answered)
            self._fail(
                batch,
                GaveUp(
                    f"events could not be taken ({type(error).__qualname__}): send them again",
                    code="not_taken",
                ),
            )
        else:
            for order in batch:
                order.done.set_result(None)

    @staticmethod
    def _fail(batch: list[_Order], error: LadingError) -> None:
        for order in batch:
            order.done.set_exception(error)

    def _write(self, batch: list[_Order]) -> None:
        by_sync: dict[str, list[tuple[_Order, int, Membership]]] = defaultdict(list)
        for order in batch:
            for sync, place, one in order.found:
                by_sync[sync].append((order, place, one))
        events = [_hashed(batch[-1].parts, sync, entries) for sync, entries in by_sync.items()]
        frame = pl.concat(events) if events else pl.DataFrame(schema=EVENTS)
        with self.writing:
            self._log.append(_tallied(batch), batch[-1].parts.clock.now(), frame)


def _hashed(parts: Parts, sync: str, entries: Sequence[tuple[_Order, int, Membership]]) -> pl.DataFrame:
    done = hashed(parts, sync, [one for *_, one in entries])
    for row, code in done.refused.items():
        order, place, _ = entries[row]
        order.results[place].code, order.results[place].message = code, REJECTIONS[code]
    return done.events


def _tallied(batch: Sequence[_Order]) -> Tally:
    tally: Tally = {}
    for order in batch:
        mine = tally.setdefault(order.destination, {})
        for result in order.results:
            mine[result.code] = mine.get(result.code, 0) + 1
    return tally
