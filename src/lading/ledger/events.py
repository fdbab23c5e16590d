"""Events that came in: which files hold those that wait, the last one of each user, and how many there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from lading.ledger import tables
from lading.ledger.rows import NamedFile
from lading.ledger.store import Store

_F, _L, _M, _C = tables.event_files.c, tables.event_logs.c, tables.event_marks.c, tables.event_counts.c

#: Destination and outcome -> how many events of an hour.
Counts = Mapping[tuple[str, datetime, str], int]


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file with events of one target."""

    no: int
    target: str
    file: NamedFile
    #: When it was sorted.
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a target."""

    target: str
    events: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """Events of one hour and what became of them."""

    destination: str
    hour: datetime
    outcome: str
    count: int


class Events:
    """The events of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sorted(self, log: str, files: Sequence[tuple[str, NamedFile]], counts: Counts) -> bool:
        """Take in what a log held, by target; False if that was done already."""
        now = self._store.clock.now()
        with self._store.write("events") as connection:
            # One at a time, so that numbers become visible in their order.
            self._store.alone(connection, "events")
            if connection.execute(select(_L.name).where(_L.name == log)).first():
                return False
            connection.execute(insert(tables.event_logs).values(name=log, at=now))
            for target, file in files:
                connection.execute(
                    insert(tables.event_files).values(log=log, target=target, at=now, **file.as_dict())
                )
            for key, number in counts.items():
                _add(connection, key, number)
        return True

    def files(self, target: str) -> tuple[EventFile, ...]:
        """The files of a target, in the order of their numbers."""
        with self._store.read() as connection:
            rows = connection.execute(
                select(tables.event_files).where(_F.target == target).order_by(_F.no)
            ).mappings()
            return tuple(EventFile(row["no"], row["target"], _named(row), row["at"]) for row in rows)

    def targets(self) -> tuple[str, ...]:
        """Targets that files or marks are known of."""
        with self._store.read() as connection:
            found = {
                *connection.execute(select(_F.target)).scalars(),
                *connection.execute(select(_M.target)).scalars(),
            }
        return tuple(sorted(found))

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, by target."""
        wanted = select(_F.target, func.sum(_F.rows), func.min(_F.at)).group_by(_F.target).order_by(_F.target)
        with self._store.read() as connection:
            # A sum has the type of its column's number, and a minimum that of its column.
            return tuple(
                Waiting(target, int(events), since) for target, events, since in connection.execute(wanted)
            )

    def marks(self, target: str) -> NamedFile | None:
        """The file with the last event of each user."""
        with self._store.read() as connection:
            row = (
                connection.execute(select(tables.event_marks).where(_M.target == target))
                .mappings()
                .one_or_none()
            )
        return _named(row) if row else None

    def settle(self, target: str, until: int, marks: NamedFile, before: NamedFile | None) -> bool:
        """Let the events up to a number go: their users' last ones are in the new marks. False if another did so meanwhile."""
        with self._store.write("events") as connection:
            self._store.alone(connection, "events")
            known = connection.execute(select(_M.name).where(_M.target == target)).scalar_one_or_none()
            if known != (before.name if before else None):
                return False
            connection.execute(delete(tables.event_files).where(_F.target == target, _F.no <= until))
            connection.execute(delete(tables.event_marks).where(_M.target == target))
            connection.execute(insert(tables.event_marks).values(target=target, **marks.as_dict()))
        return True

    def replace(self, old: NamedFile, new: NamedFile) -> None:
        """Name another file in place of one: somebody was taken out of it."""
        with self._store.write("events") as connection:
            for table, name in ((tables.event_files, _F.name), (tables.event_marks, _M.name)):
                connection.execute(update(table).where(name == old.name).values(**new.as_dict()))

    def counts(self, destination: str | None, since: datetime) -> tuple[EventCount, ...]:
        """What became of events since a moment, hour by hour, the newest first."""
        wanted = select(tables.event_counts).where(_C.hour >= since)
        if destination is not None:
            wanted = wanted.where(_C.destination == destination)
        with self._store.read() as connection:
            rows = connection.execute(wanted.order_by(_C.hour.desc(), _C.destination, _C.outcome)).mappings()
            return tuple(EventCount(**row) for row in rows)


def _named(row: RowMapping) -> NamedFile:
    return NamedFile(row["name"], row["sha256"], row["bytes"], row["rows"])


def _add(connection: Connection, key: tuple[str, datetime, str], number: int) -> None:
    destination, hour, outcome = key
    mine = (_C.destination == destination, _C.hour == hour, _C.outcome == outcome)
    more = update(tables.event_counts).where(*mine).values(count=_C["count"] + number)
    if connection.execute(more).rowcount == 0:
        connection.execute(
            insert(tables.event_counts).values(
                destination=destination, hour=hour, outcome=outcome, count=number
            )
        )
