"""A loop: look what is due, carry it, rest until the next is. Several such loops, in one machine or in more, do no harm."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from lading.clock import REST
from lading.errors import LadingError
from lading.ledger.firings import Firing
from lading.ledger.rows import Run
from lading.runner.later import Later
from lading.service import runs
from lading.service.orphans import orphans
from lading.service.parts import Parts
from lading.service.schedules import firing as firings
from lading.service.schedules.scheduling import Glances, fire_due

#: How long a run that only had to wait, or a target that was busy, is left alone before the next try.
RETRY: Final = timedelta(minutes=15)
BUSY: Final = timedelta(minutes=1)

OpenParts = Callable[[], AbstractContextManager[Parts]]


def _silent(_words: str) -> None:
    return None


@dataclass
class Runner:
    """Carries what is due until it is told to stop.

    `open_parts` makes the parts for one look, or for one job: so the settings are read anew each time. `lanes`: how many jobs are
    carried at once; with one, nothing else is looked at meanwhile. `say` is told what happens, in words without personal data.
    """

    open_parts: OpenParts
    lanes: int = 1
    say: Callable[[str], None] = _silent
    _glances: Glances = field(default_factory=Glances)
    _later: Later = field(default_factory=Later)
    _at_work: dict[str, Future[None]] = field(default_factory=dict)
    _trouble: str = ""

    def run_until(self, stop: threading.Event) -> None:
        """Work until `stop` is set; the parts' clock has to know of it, too, so that whoever waits is woken.

        What is in work then is left where it stands: whoever comes next goes on with it.
        """
        with ThreadPoolExecutor(self.lanes, thread_name_prefix="lane") as pool:
            while not stop.is_set():
                try:
                    self._round(pool, stop)
                except KeyboardInterrupt:
                    if stop.is_set():
                        return
                    stop.set()
                    raise

    def look(self) -> bool:
        """Fire and carry, here and now, whatever is due: True if there was anything."""
        with self.open_parts() as parts:
            fire_due(parts, self._glances)
            jobs = self._jobs(parts)
        for job in jobs:
            self._carry(job)
        return bool(jobs)

    def _round(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        try:
            with self.open_parts() as parts:
                ahead = fire_due(parts, self._glances)
                jobs = self._jobs(parts)
                if not jobs or self.lanes > 1:
                    self._hand_out(pool, jobs, stop)
                    self._rest(parts, ahead)
            for job in jobs if self.lanes == 1 else ():
                if not stop.is_set():
                    self._carry(job)
            self._trouble = ""
        except LadingError as error:  # settings that cannot be read, a full disk: it may be better next time
            self._complain(str(error))
            stop.wait(RETRY.total_seconds() / 60)

    def _rest(self, parts: Parts, ahead: datetime | None) -> None:
        """Until something is due; while a lane is at work until it is done, since others may come after it."""
        if self._at_work:
            moments = [moment - parts.clock.now() for moment in (ahead,) if moment]
            soon = min([*(one.total_seconds() for one in moments), REST])
            wait(self._at_work.values(), timeout=max(soon, 0.1), return_when=FIRST_COMPLETED)
        else:
            parts.clock.rest(self._later.first(ahead))

    def _hand_out(self, pool: ThreadPoolExecutor, jobs: list[Firing | Run], stop: threading.Event) -> None:
        for key in [key for key, future in self._at_work.items() if future.done()]:
            self._at_work.pop(key).result()
        for job in jobs:
            if (key := _key(job)) not in self._at_work:
                self._at_work[key] = pool.submit(self._in_lane, job, stop)

    def _in_lane(self, job: Firing | Run, stop: threading.Event) -> None:
        try:
            self._carry(job)
        except KeyboardInterrupt:
            if not stop.is_set():
                raise

    def _jobs(self, parts: Parts) -> list[Firing | Run]:
        waiting = self._later.at(parts.clock.now())
        jobs: list[Firing | Run] = [*parts.ledger.firings.free(parts.worker), *orphans(parts)]
        return [job for job in jobs if _key(job) not in waiting]

    def _carry(self, job: Firing | Run) -> None:
        with self.open_parts() as parts:
            if isinstance(job, Run):
                self._follow(parts, job)
            elif parts.ledger.firings.take(job, parts.worker):
                self._fire(parts, job)

    def _fire(self, parts: Parts, job: Firing) -> None:
        self.say(f"{job.sync}: run for {job.moment:%Y-%m-%d %H:%M} UTC begins ({job.cause})")
        ended = firings.carry(parts, job)
        if ended is None:
            self._later.put_off([_key(job)], parts.clock.now() + BUSY)
            self.say(f"{job.sync}: its target is busy; the run for {job.moment:%Y-%m-%d %H:%M} UTC waits")
            return
        again = parts.clock.now() + RETRY
        self._later.put_off([run.id for run in parts.ledger.runs.all_unfinished()], again)
        self.say(f"{job.sync}: exit code {ended.exit_code}" + (f": {ended.problem}" if ended.problem else ""))

    def _follow(self, parts: Parts, job: Run) -> None:
        self._later.put_off([job.id], parts.clock.now() + RETRY)
        self.say(f"{job.sync}: going on with run {job.id}, which nobody carries")
        try:
            report = runs.follow(parts, job.id)
        except LadingError as error:
            self.say(f"{job.sync}: run {job.id}: {error}")
        except Exception as error:  # noqa: BLE001  (our bug in one run stops no other; it was told)
            self.say(f"{job.sync}: run {job.id}: our bug ({type(error).__name__})")
        else:
            self.say(f"{job.sync}: exit code {report.exit_code}")

    def _complain(self, words: str) -> None:
        """Once, not at every look."""
        if words != self._trouble:
            self.say(words)
        self._trouble = words


def _key(job: Firing | Run) -> str:
    return job.id if isinstance(job, Run) else f"{job.sync}@{job.moment.isoformat()}"
