"""Deliveries by reason over time: what became of events that came in, and of records that runs carried to Amazon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from lading.errors import SettingsError
from lading.ledger.rows import Run
from lading.nearest import hint
from lading.service import reports
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.segment import SegmentSource

Period = Literal["hour", "day"]

#: More runs than a period of interest has.
_MOST_RUNS = 10_000


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Delivery:
    """How many events or records met one end in one period, which begins at `since`."""

    since: datetime
    #: Events: the source that they came in at. Records: the sync, or SYNC/TARGET.
    name: str
    kind: Literal["events", "records"]
    #: accepted, confirmed, refused, pending, rejected.
    outcome: str
    #: Why, where the outcome does not say it: the code of a rejection, Amazon's reason of a refusal.
    reason: str
    count: int

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def deliveries(parts: Parts, name: str | None, back: timedelta, by: Period = "hour") -> tuple[Delivery, ...]:
    """What became of everything since then, the newest period first: of one sync or source of events, or of all.

    Raises SettingsError where there is neither of that name.
    """
    since = start_of(parts.clock.now() - back, by)
    counts: Counter[tuple[datetime, str, Literal["events", "records"], str, str]] = Counter()
    for destination in _destinations(parts, name):
        for one in parts.ledger.events.counts(destination, since):
            outcome, reason = _told(one.outcome)
            counts[start_of(one.hour, by), one.destination, "events", outcome, reason] += one.count
    for run in _runs(parts, name, since):
        at = start_of(run.ended_at or run.created_at, by)
        for outcome, reason, count in _records(parts, run):
            counts[at, run.sync, "records", outcome, reason] += count
    found = (
        Delivery(since=at, name=of, kind=kind, outcome=outcome, reason=reason, count=count)
        for (at, of, kind, outcome, reason), count in counts.items()
        if count
    )
    return tuple(sorted(found, key=lambda one: (-one.since.timestamp(), one)))


def start_of(at: datetime, by: Period) -> datetime:
    """The beginning of the hour or day, in UTC."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if by == "hour" else hour.replace(hour=0)


def _told(code: str) -> tuple[str, str]:
    return (code, "") if code == "accepted" else ("not taken", code)


def _destinations(parts: Parts, name: str | None) -> tuple[str | None, ...]:
    """Which counts of events belong to it: all, those of one source, or none."""
    if name is None:
        return (None,)
    return (name,) if isinstance(parts.settings.sources.get(name), SegmentSource) else ()


def _runs(parts: Parts, name: str | None, since: datetime) -> Iterator[Run]:
    """The runs that ended since then. (A run that is not over has delivered nothing yet that will not be told later.)"""
    if name is None:
        targets: list[str | None] = [None]
    elif parts.settings.carried(name):
        targets = [target_of(one, parts.sync(one)) for one in parts.carried(name)]
    elif _destinations(parts, name):
        targets = [
            target_of(one, sync) for one, sync in parts.settings.syncs.items() if sync.from_.source == name
        ]
    else:
        known = (*parts.settings.written_syncs, *parts.settings.syncs, *parts.settings.sources)
        raise SettingsError(
            f"there is no sync and no source of events {name!r}; {hint(name, known)}",
            where=str(parts.settings.path), code="unknown_sync",
        )  # fmt: skip
    for target in targets:
        for run in parts.ledger.runs.list(_MOST_RUNS, target=target):
            if run.ended_at and run.ended_at >= since:
                yield run


def _records(parts: Parts, run: Run) -> Iterator[tuple[str, str, int]]:
    if run.books is None:
        return
    told = reports.report(parts, run.id, ask_amazon=False)
    yield "confirmed", "", run.books.confirmed
    yield "pending", "", run.books.pending
    for one in told.rejections:
        yield "rejected", one.code, one.count
    for reason, count in told.refusals.items():
        yield "refused", reason, count
    yield "refused", "", run.books.refused - sum(told.refusals.values())
    yield "rejected", "", run.books.rejected - sum(one.count for one in told.rejections)
