"""Taking events in: judged, hashed, written and flushed together with others that came at the same time, then answered.

One thread does all of it, group by group: while it works on one, the next gathers. A group costs nearly the same whether it has
one event or hundreds, so the door keeps up with more callers by larger groups.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from lading.dialects.segment import MAX_EVENTS, Membership, Webhook, is_signed, read, translate
from lading.errors import GaveUp, LadingError, SettingsError
from lading.model.frames import EVENTS
from lading.prepare.reasons import REJECTIONS
from lading.service.events.creating import created
from lading.service.events.destinations import Known, destination_of
from lading.service.events.hashing import hashed
from lading.service.events.log import EventLog, Tally
from lading.service.events.reasons import REASONS, REFUSED
from lading.service.parts import Parts

#: How long a group waits for company, in seconds, and how many events it takes at most.
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the events of one request, in their order."""

    results: list[Result]
    #: Whether the request was one event alone.
    single: bool


@dataclass(slots=True, repr=False)
class _Order:
    """One request on its way to the disk."""

    destination: str
    body: bytes
    signature: str | None
    done: Future[Taken] = field(default_factory=Future)
    #: None where the body is no JSON.
    webhook: Webhook | None = None
    results: list[Result] = field(default_factory=list)
    #: Sync, place among the results, membership.
    found: list[tuple[str, int, Membership]] = field(default_factory=list)

    def open(self) -> int:
        """Read the body: how many events it has."""
        try:
            self.webhook = read(self.body)
        except ValueError:
            return 0
        return len(self.webhook.events)


class Intake:
    """The door's writer."""

    def __init__(self, parts: Callable[[], Parts], log: EventLog) -> None:
        self._parts = parts
        self._log = log
        self._orders: queue.Queue[_Order | None] = queue.Queue()
        #: What the group in work goes by, and which destinations were looked up in them.
        self._now = parts()
        self._known: tuple[Parts, dict[str, Known]] = self._now, {}
        #: Held while a frame is written, and by whoever begins a new file.
        self.writing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    def take(self, destination: str, body: bytes, signature: str | None = None) -> Future[Taken]:
        """What became of each event of a request. What is accepted lies on the disk when this is done.

        It ends with SettingsError for an unknown destination, a wrong signature and a body that cannot be read; with GaveUp
        when the disk does not take it: then nothing was accepted.
        """
        order = _Order(destination, body, signature)
        self._orders.put(order)
        return order.done

    def close(self) -> None:
        """Let the last orders be written, and end."""
        self._orders.put(None)
        self._thread.join()

    def _work(self) -> None:
        going = True
        while going:
            orders = list(self._gathered())
            going = orders[-1] is not None
            self._carry([one for one in orders if one is not None])

    def _carry(self, batch: list[_Order]) -> None:
        try:
            self._now = self._parts()
        except LadingError as error:
            _fail(batch, error)
        else:
            self._answer([one for one in batch if self._judged(one)])

    def _gathered(self) -> Iterator[_Order | None]:
        """The orders of one group; None is the last of all. Bodies are read while others may still come."""
        room, until = _MOST, 0.0
        while room > 0:
            try:
                order = self._orders.get(timeout=max(0.0, until - time.monotonic()) if until else None)
            except queue.Empty:
                return
            until = until or time.monotonic() + _GATHER
            if order is None:
                yield None
                return
            if order.done.set_running_or_notify_cancel():
                room -= 1 + order.open()
                yield order

    def _judged(self, order: _Order) -> bool:
        """Whether an order has anything to be written; else it is answered."""
        try:
            self._judge(order)
        except LadingError as error:
            order.done.set_exception(error)
        except Exception as error:  # noqa: BLE001  (its text may hold anything; whoever waits has to be answered)
            order.done.set_exception(_not_taken(error))
        return not order.done.done()

    def _judge(self, order: _Order) -> None:
        """What each event says, by the settings as they are now."""
        known = self._destination(order.destination)
        events, now = _events(known, order), self._now.clock.now()
        outcomes = [translate(event, known.judge, now) for event in events]
        order.results = [Result(one.reason or ACCEPTED, REASONS.get(one.reason, "")) for one in outcomes]
        for place, outcome in enumerate(outcomes):
            for one in outcome.memberships:
                known = self._declared(known, one, order.results[place])
                mine = known.syncs.get(one.audience, ())
                order.found.extend((sync, place, one) for sync in mine)
                if not mine and order.results[place].code == ACCEPTED:
                    order.results[place] = Result("unknown_audience", REASONS["unknown_audience"])

    def _destination(self, name: str) -> Known:
        if self._known[0] is not self._now:
            self._known = self._now, {}
        kept = self._known[1]
        if name not in kept:
            kept[name] = destination_of(self._now.settings, name)
        return kept[name]

    def _declared(self, known: Known, one: Membership, result: Result) -> Known:
        """The destination with a sync for the audience, which is made if the settings allow it."""
        if one.audience in known.syncs:
            return known
        try:
            created(self._now, known, one)
            self._now = self._parts()
        except SettingsError as error:
            result.code, result.message = error.problem_code, error.message
            if result.code not in REFUSED:
                result.code = "wrong_audience_settings"
        return self._destination(known.name)

    def _answer(self, batch: list[_Order]) -> None:
        if not batch:
            return
        try:
            self._write(batch)
        except GaveUp as error:  # the disk: no other group would fare better
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001  (likewise)
            if len(batch) == 1:
                _fail(batch, error if isinstance(error, LadingError) else _not_taken(error))
            else:  # what one of them has met must not keep the others out
                for order in batch:
                    self._answer([order])
        else:
            for order in batch:
                order.done.set_result(
                    Taken(order.results, order.webhook is not None and order.webhook.single)
                )

    def _write(self, batch: list[_Order]) -> None:
        parts = self._now
        by_sync: dict[str, list[tuple[_Order, int, Membership]]] = defaultdict(list)
        for order in batch:
            for sync, place, one in order.found:
                by_sync[sync].append((order, place, one))
        events = [_hashed(parts, sync, entries) for sync, entries in by_sync.items()]
        frame = pl.concat(events) if events else pl.DataFrame(schema=EVENTS)
        with self.writing:
            self._log.append(_tallied(batch), parts.clock.now(), frame)


def _events(known: Known, order: _Order) -> list[object]:
    """The events of an order, if it comes from whom it should."""
    secret = known.source.secret.reveal_if_set() if known.source.secret else None
    if secret is not None and not is_signed(order.body, secret, order.signature):
        raise SettingsError(
            "X-Signature is not the HMAC-SHA1 of this body with the shared secret", code="wrong_signature"
        )
    if order.webhook is None:
        raise SettingsError("the body is no JSON", code="wrong_events")
    if len(order.webhook.events) > MAX_EVENTS:
        raise SettingsError(
            f"a request may have {MAX_EVENTS:,} events: send less at once", code="body_too_large"
        )
    return order.webhook.events


def _not_taken(error: Exception) -> GaveUp:
    return GaveUp(
        f"events could not be taken ({type(error).__qualname__}): send them again", code="not_taken"
    )


def _fail(batch: Sequence[_Order], error: LadingError) -> None:
    for order in batch:
        order.done.set_exception(error)


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
