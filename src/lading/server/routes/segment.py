"""Segment's door: events by webhook, one or many, answered one by one and in their order."""

from __future__ import annotations

import json
from asyncio import wrap_future
from collections import Counter
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from lading.dialects.segment import MAX_EVENTS
from lading.server.answers import Answer, answer, refuse
from lading.server.desk import TheDesk, TheParts
from lading.server.routes.orders import Hours, Shape
from lading.service.events.taking import Taken
from lading.service.events.trying import tried

router = APIRouter(prefix="/v1/segment", tags=["events"])

_Destination = Annotated[str, Path(description="The name of a source of type segment.", max_length=64)]
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"type": "object", "description": "An event, or {batch: [...]}."},
                        {
                            "type": "array",
                            "items": {},
                            "maxItems": MAX_EVENTS,
                            "description": "Several events.",
                        },
                    ]
                }
            }
        },
    }
}


class Trial(Shape):
    """Events to be tried."""

    events: list[Any] = Field(max_length=100, description="Events as Segment sends them.")


@router.post("/{destination}", response_model=Answer, openapi_extra=_BODY)
async def take(desk: TheDesk, destination: _Destination, request: Request) -> Response:
    """Take events in. Whatever is answered with `accepted` is on the disk, hashed; sending it again changes nothing."""
    signature = request.headers.get("x-signature")
    taken = await wrap_future(desk.reception.intake.take(destination, await request.body(), signature))
    for code, count in Counter(one.code for one in taken.results).items():
        desk.metrics.events.labels(destination, code).inc(count)
    return _answered(taken)


@router.post("/{destination}/try", response_model=Answer)
def attempt(parts: TheParts, destination: _Destination, trial: Trial) -> Response:
    """What would become of events, step by step. Nothing is taken in."""
    return answer(tried(parts, destination, trial.events))


@router.get("/{destination}/deliveries", response_model=Answer)
def deliveries(parts: TheParts, destination: _Destination, hours: Hours = 24) -> Response:
    """What became of events, hour by hour and by reason, and how many wait for a run."""
    desk_now = parts.clock.now()
    return answer({
        "hours": parts.ledger.events.counts(destination, desk_now - timedelta(hours=hours)),
        "waiting": parts.ledger.events.waiting(),
    })  # fmt: skip


def _answered(taken: Taken) -> Response:
    """Of a single event, its own status; of several, one for each in the body."""
    first = next(iter(taken.results), None)
    if taken.single and first and first.status != 200:
        return refuse(first.status, code=first.code, message=first.message or first.code)
    listed = ",".join(_line(one.status, one.code, one.message) for one in taken.results)
    return Response(f'{{"data":{{"results":[{listed}]}}}}', media_type="application/json")


@lru_cache(1000)
def _line(status: int, code: str, message: str) -> str:
    """One result as JSON: there are few, and thousands of each."""
    return json.dumps({"status": status, "code": code, "message": message})
