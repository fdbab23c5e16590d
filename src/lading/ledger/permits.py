"""Permits: one row for each request that was allowed, shared by all who use the ledger.

A window slides: in no second, and in no hour, are more requests allowed than the pace says, and in no hour more records,
whoever asks. After a 429 the second's window is wider for a while (see `throttle.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from lading.ledger import tables, throttle
from lading.ledger.rows import Pace, PaceUsed
from lading.ledger.store import Store

_HOUR: Final = timedelta(hours=1)
_P = tables.permits.c


class Permits:
    """The pace of all workers together."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, pace: Pace, now: datetime, records: int = 0) -> datetime | None:
        """None: the request may go now, and that is written down. Else the moment at which to ask again."""
        with self._store.write("permit") as connection:
            return take(self._store, connection, pace, now, records)

    def pause(self, scope: str, until: datetime) -> None:
        """Keep a whole scope silent until then, as a 429 asks, and slower for a while after; a longer silence stays."""
        now = self._store.clock.now()
        with self._store.write("paused") as connection:
            self._store.alone(connection, f"permits of {scope}")
            known = _pause(connection, scope)
            share = throttle.share_at(known.share, known.share_at, now) if known else 1.0
            # Those who were under way together and hear the same 429 are one sign, not several.
            if known is None or known.until <= now:
                share = throttle.lowered(share)
            longest = max(until, known.until) if known else until
            connection.execute(delete(tables.pauses).where(tables.pauses.c.scope == scope))
            times = known.times + 1 if known else 1
            row = {"scope": scope, "until": longest, "share": share, "share_at": now, "times": times}
            connection.execute(insert(tables.pauses).values(row))

    def share(self, scope: str, now: datetime) -> float:
        """How much of its pace a scope has at a moment: 1 unless Amazon has just said that it was too fast."""
        with self._store.read() as connection:
            known = _pause(connection, scope)
        return throttle.share_at(known.share, known.share_at, now) if known else 1.0

    def used(self, pace: Pace, now: datetime) -> PaceUsed:
        """How much of a pace is in use at a moment, by all who share it."""
        hour = (_P.at > now - _HOUR, _P.at <= now)
        second = (_P.at > now - timedelta(seconds=1), _P.at <= now)
        requests, carried = func.count(), func.coalesce(func.sum(_P.records), 0)
        with self._store.read() as connection:
            known = _pause(connection, pace.scope)
            return PaceUsed(
                second=connection.execute(
                    select(requests).where(_P.scope == pace.scope, *second)
                ).scalar_one(),
                hour=connection.execute(select(requests).where(_P.scope == pace.scope, *hour)).scalar_one(),
                records=int(
                    connection.execute(select(carried).where(_P.lane == pace.lane, *hour)).scalar_one()
                ),
                share=throttle.share_at(known.share, known.share_at, now) if known else 1.0,
                silent=max(known.until - now, timedelta(0)) if known else timedelta(0),
                throttled=known.times if known else 0,
            )


def take(
    store: Store, connection: Connection, pace: Pace, now: datetime, records: int = 0
) -> datetime | None:
    """`Permits.take` inside the transaction of what is sent."""
    store.alone(connection, f"permits of {pace.scope}")
    if records:
        store.alone(connection, f"records of {pace.lane}")
    _sweep(connection, pace.scope, now)
    newest = _nth_newest(connection, pace.scope, 1)
    # Clocks of several hosts differ a little: time never runs backwards here.
    at = max(now, newest) if newest else now
    known = _pause(connection, pace.scope)
    share = throttle.share_at(known.share, known.share_at, at) if known else 1.0
    moments = [
        known.until if known else None,
        *(_free_at(connection, pace.scope, *window) for window in _windows(pace, share)),
        _room_at(connection, pace, records, at) if records else None,
    ]
    free = max((moment for moment in moments if moment), default=at)
    if free > at:
        return free
    lane = pace.lane if records else None
    connection.execute(insert(tables.permits).values(scope=pace.scope, at=at, records=records, lane=lane))
    return None


def _windows(pace: Pace, share: float) -> tuple[tuple[int, timedelta], ...]:
    """How many requests in how long: whole ones, so that 0.5 a second is one in two seconds."""
    per_second = pace.per_second * share
    burst = max(1, int(per_second))
    return (burst, timedelta(seconds=burst / per_second)), (pace.per_hour, _HOUR)


def _room_at(connection: Connection, pace: Pace, records: int, now: datetime) -> datetime | None:
    """When the hour has room for so many records more: as soon as enough older ones slide out of it.

    A request that is larger than the whole hour goes when the hour is empty.
    """
    carried = (_P.lane == pace.lane, tables.CARRYING, _P.at > now - _HOUR)
    room = pace.records_per_hour - records
    if (connection.execute(select(func.sum(_P.records)).where(*carried)).scalar_one() or 0) <= room:
        return None
    upto = func.sum(_P.records).over(order_by=[_P.at.desc(), _P.id.desc()]).label("upto")
    newest_first = select(_P.at, upto).where(*carried).subquery()
    wanted = select(func.max(newest_first.c.at)).where(newest_first.c.upto > room)
    found = connection.execute(wanted).scalar_one()
    return None if found is None else found + _HOUR


def _free_at(connection: Connection, scope: str, count: int, window: timedelta) -> datetime | None:
    """When the window has room again: as soon as the count-th newest permit slides out of it."""
    oldest = _nth_newest(connection, scope, count)
    return None if oldest is None else oldest + window


def _nth_newest(connection: Connection, scope: str, count: int) -> datetime | None:
    wanted = select(_P.at).where(_P.scope == scope).order_by(_P.at.desc()).offset(count - 1).limit(1)
    return connection.execute(wanted).scalar_one_or_none()


def _pause(connection: Connection, scope: str) -> Any:
    """The row of a scope that was ever told to be slower: until, share, share_at, times."""
    return connection.execute(select(tables.pauses).where(tables.pauses.c.scope == scope)).one_or_none()


def _sweep(connection: Connection, scope: str, now: datetime) -> None:
    """Forget what no window reaches: older than an hour, or left more than an hour ahead by a clock that was wrong."""
    stale = (_P.at <= now - _HOUR) | (_P.at > now + _HOUR)
    connection.execute(delete(tables.permits).where(_P.scope == scope, stale))
