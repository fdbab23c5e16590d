"""Firings: each moment at which a sync was started by itself, once, however many schedulers saw it come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lading.errors import Exit
from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.store import Store
from lading.ledger.workers import Owner, Worker
from lading.model.schedules import Cause, FiringState

#: Done, or sent and still in work at Amazon.
_WELL: Final = frozenset({Exit.DONE, Exit.PROCESSING})

_F = tables.firings.c
_S = tables.schedules.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One start of a sync by its schedule. `moment` is the fire time, not when somebody came to it."""

    sync: str
    moment: datetime
    cause: Cause
    #: Earlier fire times that passed with nobody there, and that this one stands for.
    missed: int
    state: FiringState
    owner: str | None
    fired_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFiring:
    """What a firing is opened with."""

    sync: str
    moment: datetime
    cause: Cause
    missed: int = 0
    state: FiringState = FiringState.WAITING
    #: The version of the source that it is for, where it is for a change.
    version: str | None = None


class Firings:
    """The firings of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def fire(self, new: NewFiring) -> bool:
        """Write down that a fire time has come. False if another scheduler was first, or the schedule stands still now."""
        now = self._store.clock.now()
        values = {"sync": new.sync, "moment": new.moment, "cause": new.cause, "missed": new.missed}
        over = now if new.state is not FiringState.WAITING else None
        with self._store.write("fired") as connection:
            self._store.alone(connection, f"schedule of {new.sync}")
            if not _moving(connection, new):
                return False
            first = _insert(self._store)(tables.firings).values(
                **values, state=new.state, fired_at=now, ended_at=over
            ).on_conflict_do_nothing()  # fmt: skip
            if connection.execute(first).rowcount != 1:
                return False
            if new.version is not None:
                seen = update(tables.schedules).where(_S.sync == new.sync).values(version=new.version)
                connection.execute(seen)
            where = {"sync": new.sync, "moment": new.moment.isoformat(), "cause": str(new.cause)}
            note(connection, now, "schedule fired", who="scheduler", where=where)
        return True

    def waiting(self) -> tuple[Firing, ...]:
        """Those whose run is ahead or in work, the oldest first."""
        return self._listed(select(tables.firings).where(_F.state == FiringState.WAITING).order_by(_F.moment))

    def free(self, worker: Worker) -> tuple[Firing, ...]:
        """Those of them that nobody living carries."""
        return tuple(one for one in self.waiting() if not _held(one, worker))

    def of(self, sync: str, limit: int = 50) -> tuple[Firing, ...]:
        """The latest of a sync, the newest first."""
        mine = select(tables.firings).where(_F.sync == sync)
        return self._listed(mine.order_by(_F.moment.desc()).limit(limit))

    def take(self, firing: Firing, worker: Worker) -> bool:
        """Take a firing that nobody living carries; of two who try, one gets it."""
        if _held(firing, worker):
            return False
        free = _F.owner.is_(None) if firing.owner is None else _F.owner == firing.owner
        with self._store.write("firing_taken") as connection:
            taken = update(tables.firings).where(*_this(firing), _F.state == FiringState.WAITING, free)
            return connection.execute(taken.values(owner=str(worker.owner))).rowcount == 1

    def put_back(self, firing: Firing, worker: Worker) -> None:
        """Let the next one take it."""
        mine = (*_this(firing), _F.owner == str(worker.owner))
        with self._store.write("firing_taken") as connection:
            connection.execute(update(tables.firings).where(*mine).values(owner=None))

    def end(
        self, firing: Firing, *, exit_code: int, problem: str | None, counts: bool, limit: int | None
    ) -> bool:
        """Write down how it ended. True if its schedule is switched off by that.

        `counts`: it failed by a fault of settings or access; `limit` of these one after the other switch the schedule off.
        """
        now = self._store.clock.now()
        state = FiringState.DONE if exit_code in _WELL else FiringState.FAILED
        with self._store.write("firing_ended") as connection:
            self._store.alone(connection, f"schedule of {firing.sync}")
            over = {
                "state": state,
                "owner": None,
                "ended_at": now,
                "exit_code": exit_code,
                "problem": problem,
            }
            mine = (*_this(firing), _F.state == FiringState.WAITING)
            if connection.execute(update(tables.firings).where(*mine).values(over)).rowcount != 1:
                return False
            return _count_failure(connection, firing, problem, now, counts=counts, limit=limit)

    def _listed(self, wanted: Any) -> tuple[Firing, ...]:
        with self._store.read() as connection:
            return tuple(Firing(**_facts(row)) for row in connection.execute(wanted).mappings())


def _held(firing: Firing, worker: Worker) -> bool:
    """Holders on other machines give no sign here: the claims on their runs keep others away."""
    return firing.owner is not None and not worker.dead(Owner.parse(firing.owner), None, firing.fired_at)


def _facts(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in Firing.__slots__}


def _insert(store: Store) -> Any:
    return postgresql.insert if store.dialect == "postgresql" else sqlite.insert


def _this(firing: Firing) -> tuple[Any, ...]:
    return _F.sync == firing.sync, _F.moment == firing.moment


def _moving(connection: Connection, new: NewFiring) -> bool:
    """Whether the sync may start: by hand always; else it is neither paused nor off, and nothing of it waits already."""
    if new.cause is Cause.NOW:
        return True
    standing = select(_S.sync).where(
        _S.sync == new.sync, _S.paused_at.is_(None) & _S.disabled_at.is_(None), _S.since <= new.moment
    )
    ahead = select(_F.sync).where(_F.sync == new.sync, _F.state == FiringState.WAITING)
    return connection.execute(standing).first() is not None and connection.execute(ahead).first() is None


def _count_failure(
    connection: Connection,
    firing: Firing,
    problem: str | None,
    now: datetime,
    *,
    counts: bool,
    limit: int | None,
) -> bool:
    mine = _S.sync == firing.sync
    failures = (connection.execute(select(_S.failures).where(mine)).scalar_one_or_none() or 0) + 1
    if not counts:
        connection.execute(update(tables.schedules).where(mine).values(failures=0))
        return False
    off = limit is not None and failures >= limit
    changes = {"failures": failures} | ({"disabled_at": now, "reason": problem} if off else {})
    done = connection.execute(update(tables.schedules).where(mine, _S.disabled_at.is_(None)).values(changes))
    if off and done.rowcount:
        where = {"sync": firing.sync, "failures": failures}
        note(connection, now, "schedule switched off", who="scheduler", where=where)
    return off and done.rowcount == 1
