"""Schedules as they stand: since when each is known, and whether it is paused or switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.store import Store

_S = tables.schedules.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One sync's schedule."""

    sync: str
    #: The schedule in words: another one begins anew.
    line: str
    #: Fire times before it do not count.
    since: datetime
    paused_at: datetime | None
    #: Switched off by Lading, because of `reason`.
    disabled_at: datetime | None
    reason: str | None
    #: Failures of settings or access, one after the other.
    failures: int
    #: The source's version at its last firing for a change, or when the schedule was first seen.
    version: str | None

    @property
    def moving(self) -> bool:
        """It fires."""
        return self.paused_at is None and self.disabled_at is None


class Schedules:
    """The schedules of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, sync: str) -> Standing | None:
        """How a sync's schedule stands; None where nobody has seen it yet."""
        with self._store.read() as connection:
            row = connection.execute(select(tables.schedules).where(_S.sync == sync)).mappings().one_or_none()
        return Standing(**row) if row else None

    def seen(self, sync: str, line: str, version: str | None = None) -> Standing:
        """The sync's schedule; one that is new, or written anew, begins now. Whether it is paused or off stays."""
        known = self.get(sync)
        if known is not None and known.line == line:
            return known
        now = self._store.clock.now()
        begun = {"line": line, "since": now, "version": version}
        with self._store.write("schedule") as connection:
            self._store.alone(connection, f"schedule of {sync}")
            there = update(tables.schedules).where(_S.sync == sync)
            if connection.execute(there.where(_S.line != line).values(begun)).rowcount == 0 and (
                connection.execute(select(_S.sync).where(_S.sync == sync)).first() is None
            ):
                connection.execute(insert(tables.schedules).values(sync=sync, failures=0, **begun))
        return self._known(sync)

    def pause(self, sync: str, *, who: str) -> Standing:
        """Let it stand still until `resume`."""
        return self._change(sync, "schedule paused", who, {"paused_at": self._store.clock.now()})

    def resume(self, sync: str, *, who: str) -> Standing:
        """Let it go on from now, also if it was switched off. What passed meanwhile is not caught up."""
        fresh = {"paused_at": None, "disabled_at": None, "reason": None, "failures": 0}
        return self._change(sync, "schedule resumed", who, {**fresh, "since": self._store.clock.now()})

    def forget(self, sync: str) -> None:
        """The sync is gone, and its schedule with it; what it did stays written down."""
        with self._store.write("schedule") as connection:
            connection.execute(delete(tables.schedules).where(_S.sync == sync))

    def _change(self, sync: str, what: str, who: str, changes: dict[str, Any]) -> Standing:
        with self._store.write("schedule") as connection:
            connection.execute(update(tables.schedules).where(_S.sync == sync).values(changes))
            note(connection, self._store.clock.now(), what, who=who, where={"sync": sync})
        return self._known(sync)

    def _known(self, sync: str) -> Standing:
        with self._store.read() as connection:
            row = connection.execute(select(tables.schedules).where(_S.sync == sync)).mappings().one()
        return Standing(**row)
