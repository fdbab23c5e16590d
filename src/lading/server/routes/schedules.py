"""Schedules: when each sync starts next, letting one stand still or go on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from lading.cron.line import Dialect
from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import SyncName
from lading.service.schedules import schedules

router = APIRouter(prefix="/v1", tags=["schedules"])

Starts = Annotated[int, Query(description="How many of the next starts.", ge=1, le=100)]


@router.get("/schedules", response_model=Answer)
def list_schedules(parts: TheParts, count: Starts = 3) -> Response:
    """All schedules: how each stands, and when it starts next."""
    return answer(schedules.listed(parts, count))


@router.get("/cron", response_model=Answer)
def next_of(
    parts: TheParts,
    line: Annotated[str, Query(max_length=200, description="A cron line, such as `0 3 * * *`.")],
    dialect: Annotated[Dialect, Query(description="Whose rules it follows.")] = Dialect.STANDARD,
    timezone: Annotated[str, Query(max_length=64, description="Such as Europe/Berlin.")] = "UTC",
    start: Annotated[datetime | None, Query(description="Starts after this moment; else after now.")] = None,
    count: Starts = 10,
) -> Response:
    """When any cron line fires, before it stands in the settings."""
    after = (
        parts.clock.now()
        if start is None
        else start
        if start.tzinfo
        else start.replace(tzinfo=parts.clock.now().tzinfo)
    )
    return answer(schedules.next_of(line, dialect=dialect, timezone=timezone, start=after, count=count))


@router.get("/schedules/{sync_name}", response_model=Answer)
def show(parts: TheParts, sync_name: SyncName, count: Starts = 3) -> Response:
    """The schedule of one sync."""
    return answer(schedules.of(parts, sync_name, count))


@router.post("/schedules/{sync_name}/pause", response_model=Answer)
def pause(parts: TheParts, sync_name: SyncName) -> Response:
    """Let the schedule of a sync stand still. A run that is in work goes on."""
    return answer(schedules.pause(parts, sync_name))


@router.post("/schedules/{sync_name}/resume", response_model=Answer)
def resume(parts: TheParts, sync_name: SyncName) -> Response:
    """Let it go on from now, whether it was paused or switched off after failures."""
    return answer(schedules.resume(parts, sync_name))
