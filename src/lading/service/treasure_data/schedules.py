"""The life of the schedules that Treasure Data's commands made: they are syncs of the ledger with a schedule in that dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lading.cron import Dialect
from lading.errors import SettingsError
from lading.nearest import hint
from lading.service import made
from lading.service.parts import Parts
from lading.service.schedules import schedules
from lading.service.schedules.schedules import ScheduleLine
from lading.service.work import Order
from lading.settings.schedules import Schedule


def listed(parts: Parts) -> tuple[ScheduleLine, ...]:
    """All of them."""
    return tuple(schedules.line_of(parts, name, schedule, 1) for name, schedule in _ours(parts).items())


def show(parts: Parts, name: str, count: int) -> tuple[ScheduleLine, dict[str, str]]:
    """One of them with its next `count` starts, and what it does."""
    sync = parts.settings.written_syncs.get(name)
    line = schedules.line_of(parts, name, _known(parts, name), count)
    if sync is None or sync.to.audience is None:
        return line, {}
    said = {
        "database": sync.from_.source,
        "query": sync.from_.query or "",
        "audience": sync.to.audience.name,
        "mode": str(sync.mode),
    }
    return line, said


def change(parts: Parts, name: str, wish: Mapping[str, Any]) -> None:
    """Write the schedule of one of them anew, in part."""
    _known(parts, name)
    body = dict(parts.ledger.made.all()["syncs"][name])
    body["schedule"] = {**body["schedule"], **wish}
    made.put(parts, "syncs", name, body, who=parts.doer)


def delete(parts: Parts, name: str) -> None:
    """Drop one of them; what it did stays written down."""
    _known(parts, name)
    made.drop(parts, "syncs", name, who=parts.doer)
    parts.ledger.schedules.forget(name)


def order_of(parts: Parts, name: str, accept: Iterable[str]) -> Order:
    """How long one of them waits for Amazon."""
    known = _known(parts, name)
    return Order(wait=known.wait, max_wait=known.max_wait if known.wait else None, accept=frozenset(accept))


def _ours(parts: Parts) -> dict[str, Schedule]:
    kept = parts.ledger.made.all().get("syncs", {})
    return {
        name: sync.schedule for name, sync in parts.settings.written_syncs.items()
        if name in kept and sync.schedule and sync.schedule.dialect is Dialect.TREASURE
    }  # fmt: skip


def _known(parts: Parts, name: str) -> Schedule:
    ours = _ours(parts)
    if name not in ours:
        raise SettingsError(
            f"`lading td sched:create` made no schedule of this name; {hint(name, ours)}", where=f"schedule {name}",
            code="unknown_schedule",
        )  # fmt: skip
    return ours[name]
