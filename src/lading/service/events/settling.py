"""From logs to files by target, and from files to marks once a run has carried them. Each step may be repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from lading.ledger import Ledger
from lading.ledger.events import EventFile
from lading.ledger.rows import NamedFile
from lading.membership.erasing import of_suppressed
from lading.membership.events import latest, settled
from lading.membership.files import sweep, verify, write_parquet
from lading.model.frames import EVENTS
from lading.model.states import RunState
from lading.service.erasure.suppressing import suppression_of
from lading.service.events.log import frames, worker_of
from lading.service.home import Home
from lading.service.parts import Parts
from lading.sources.events import EventSource, until

#: Users who left so long ago are forgotten: an event that is older than that comes from nowhere.
KEPT: Final = timedelta(days=400)
_LOOK_BACK: Final = 50


def waiting_events(home: Home, ledger: Ledger, target: str) -> EventSource:
    """The source of a sync whose audience is spoken of by events: all that wait now."""
    known, marks = ledger.events.files(target), ledger.events.marks(target)

    def open_latest() -> Iterator[pl.DataFrame]:
        return latest(_paths(home, known), verify(home.events, marks) if marks else None, home.scratch)

    return EventSource(known[-1].no if known else 0, open_latest)


def sort_logs(parts: Parts, own: Sequence[Path] = ()) -> None:
    """Turn logs into files by target: the `own` ones, which nobody writes any more, and those that dead processes left."""
    left = [path for path in sorted(parts.home.events.glob("*.log")) if parts.worker.gone(worker_of(path))]
    for path in dict.fromkeys((*own, *left)):
        if path.exists():
            _sort(parts, path)


def _sort(parts: Parts, path: Path) -> None:
    files: list[tuple[str, NamedFile]] = []
    counts: dict[tuple[str, datetime, str], int] = defaultdict(int)
    events: list[pl.DataFrame] = []
    for tally, at, frame in frames(path):
        events.append(frame)
        for destination, outcomes in tally.items():
            for outcome, number in outcomes.items():
                counts[destination, at.replace(minute=0, second=0, microsecond=0), outcome] += number
    whole = _without_erased(parts, pl.concat(events) if events else pl.DataFrame(schema=EVENTS))
    for (target,), mine in sorted(whole.partition_by("target", as_dict=True).items()):
        file = write_parquet(parts.home.events, "events", mine, EVENTS)
        files.append((str(target), NamedFile.like(file)))
    if not parts.ledger.events.sorted(path.name, files, counts):
        for _, extra in files:
            (parts.home.events / extra.name).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _without_erased(parts: Parts, events: pl.DataFrame) -> pl.DataFrame:
    """Whoever was erased while his event lay in the log comes no further."""
    suppression = suppression_of(parts)
    return events.filter(~of_suppressed(suppression)(events)) if suppression and events.height else events


def settle_carried(parts: Parts) -> None:
    """Let go of events that a run which is done has carried; only who did what last is remembered."""
    if parts.ledger.forgets.unfinished():
        return  # its files are being written anew
    for target in parts.ledger.events.targets():
        number = _carried(parts, target)
        done = [file for file in parts.ledger.events.files(target) if file.no <= number]
        if done:
            _settle(parts, target, done)
    # Whoever reads a file that is settled meanwhile has a day to come to its end.
    sweep(parts.home.events, named_files(parts), datetime.now(UTC))


def named_files(parts: Parts) -> frozenset[str]:
    """The files with events or marks that count."""
    events = parts.ledger.events
    found = [file.file for target in events.targets() for file in events.files(target)]
    marks = [marks for target in events.targets() if (marks := events.marks(target))]
    return frozenset(file.name for file in (*found, *marks))


def _carried(parts: Parts, target: str) -> int:
    """Up to which file the runs of a target have carried its events."""
    runs = parts.ledger.runs.list(_LOOK_BACK, target=target)
    return max(
        (until((run.seen or {}).get("version")) for run in runs if run.state is RunState.DONE), default=0
    )


def _settle(parts: Parts, target: str, done: Sequence[EventFile]) -> None:
    before, folder = parts.ledger.events.marks(target), parts.home.events
    known = verify(folder, before) if before else None
    marks = NamedFile.like(settled(_paths(parts.home, done), known, folder, oldest=parts.clock.now() - KEPT))
    if not parts.ledger.events.settle(target, done[-1].no, marks, before):
        (folder / marks.name).unlink(missing_ok=True)


def _paths(home: Home, known: Sequence[EventFile]) -> list[Path]:
    return [verify(home.events, one.file) for one in known]
