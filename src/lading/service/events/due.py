"""Which syncs have events enough, or events that waited long enough, to be run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from lading.ledger.events import Waiting
from lading.model.states import RunState
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.segment import SegmentSource

#: After a run that did not end well, the next one is not begun for events alone before so long.
_PATIENCE: Final = timedelta(minutes=10)


def due(parts: Parts) -> tuple[str, ...]:
    """The syncs whose events are to be carried now."""
    now = parts.clock.now()
    waiting = {one.target: one for one in parts.ledger.events.waiting()}
    names = {
        target_of(name, sync): name
        for name, sync in parts.settings.syncs.items()
        if sync.from_.audience is not None
    }
    return tuple(
        name
        for target, name in names.items()
        if target in waiting and _is_due(parts, name, waiting[target], now)
    )


def _is_due(parts: Parts, name: str, waiting: Waiting, now: datetime) -> bool:
    source = parts.settings.sources[parts.sync(name).from_.source]
    if not isinstance(source, SegmentSource):
        return False
    enough = waiting.events >= source.batch_size or not source.batching
    if not enough and now - waiting.since < source.batch_after:
        return False
    last = next(iter(parts.ledger.runs.list(1, target=waiting.target)), None)
    if last is None or last.state is RunState.DONE:
        return True
    return last.over and now - last.created_at >= _PATIENCE
