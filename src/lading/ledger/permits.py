"""Permits: one row for each request that was allowed, shared by all who use the ledger.

A window slides: in no second, and in no hour, are more requests allowed than the pace says, whoever asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from lading.ledger import tables
from lading.ledger.rows import Pace
from lading.ledger.store import Store

_HOUR: Final = timedelta(hours=1)
_P = tables.permits.c


class Permits:
    """The pace of all workers together."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, pace: Pace, now: datetime) -> datetime | None:
        """None: the request may go now, and that is written down. Else the moment at which to ask again."""
        with self._store.write("permit") as connection:
            return take(self._store, connection, pace, now)

    def pause(self, scope: str, until: datetime) -> None:
        """Keep a whole scope silent, as a Retry-After asks; a longer silence stays."""
        with self._store.write("paused") as connection:
            self._store.alone(connection, f"permits of {scope}")
            longest = max(until, _paused(connection, scope) or until)
            connection.execute(delete(tables.pauses).where(tables.pauses.c.scope == scope))
            connection.execute(insert(tables.pauses).values(scope=scope, until=longest))


def take(store: Store, connection: Connection, pace: Pace, now: datetime) -> datetime | None:
    """`Permits.take` inside the transaction of what is sent."""
    store.alone(connection, f"permits of {pace.scope}")
    _sweep(connection, pace.scope, now)
    newest = _nth_newest(connection, pace.scope, 1)
    # Clocks of several hosts differ a little: time never runs backwards here.
    at = max(now, newest) if newest else now
    moments = [
        _paused(connection, pace.scope),
        *(_free_at(connection, pace.scope, *window) for window in _windows(pace)),
    ]
    free = max((moment for moment in moments if moment), default=at)
    if free > at:
        return free
    connection.execute(insert(tables.permits).values(scope=pace.scope, at=at))
    return None


def _windows(pace: Pace) -> tuple[tuple[int, timedelta], ...]:
    """How many requests in how long: whole ones, so that 0.5 a second is one in two seconds."""
    burst = max(1, int(pace.per_second))
    return (burst, timedelta(seconds=burst / pace.per_second)), (pace.per_hour, _HOUR)


def _free_at(connection: Connection, scope: str, count: int, window: timedelta) -> datetime | None:
    """When the window has room again: as soon as the count-th newest permit slides out of it."""
    oldest = _nth_newest(connection, scope, count)
    return None if oldest is None else oldest + window


def _nth_newest(connection: Connection, scope: str, count: int) -> datetime | None:
    wanted = select(_P.at).where(_P.scope == scope).order_by(_P.at.desc()).offset(count - 1).limit(1)
    return connection.execute(wanted).scalar_one_or_none()


def _paused(connection: Connection, scope: str) -> datetime | None:
    wanted = select(tables.pauses.c.until).where(tables.pauses.c.scope == scope)
    return connection.execute(wanted).scalar_one_or_none()


def _sweep(connection: Connection, scope: str, now: datetime) -> None:
    """Forget what no window reaches: older than an hour, or left more than an hour ahead by a clock that was wrong."""
    stale = (_P.at <= now - _HOUR) | (_P.at > now + _HOUR)
    connection.execute(delete(tables.permits).where(_P.scope == scope, stale))
