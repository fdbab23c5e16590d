"""Segment's door: events by webhook, one or many, answered one by one and in their order."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool

from lading.server.answers import Answer, answer, refuse
from lading.server.desk import Desk, TheDesk, TheParts
from lading.server.routes.orders import Shape
from lading.service.events.taking import Result
from lading.service.events.trying import tried
from lading.settings.segment import SegmentSource

router = APIRouter(prefix="/v1/segment", tags=["events"])

#: Events in one request. Source: the largest batch of Segment's destination.
MAX_EVENTS: Final = 10_000

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
    body = await request.body()
    return await run_in_threadpool(_taken, desk, destination, body, request.headers.get("x-signature"))


@router.post("/{destination}/try", response_model=Answer)
def attempt(parts: TheParts, destination: _Destination, trial: Trial) -> Response:
    """What would become of events, step by step. Nothing is taken in."""
    return answer(tried(parts, destination, trial.events))


@router.get("/{destination}/deliveries", response_model=Answer)
def deliveries(
    parts: TheParts, destination: _Destination, hours: Annotated[int, Query(ge=1, le=24 * 90)] = 24
) -> Response:
    """What became of events, hour by hour and by reason, and how many wait for a run."""
    desk_now = parts.clock.now()
    return answer({
        "hours": parts.ledger.events.counts(destination, desk_now - timedelta(hours=hours)),
        "waiting": parts.ledger.events.waiting(),
    })  # fmt: skip


def _taken(desk: Desk, destination: str, body: bytes, signature: str | None) -> Response:
    parts, known = desk.reception.intake.known(destination)
    del parts
    if not _signed(known.source, body, signature):
        return refuse(
            401,
            code="wrong_signature",
            message="X-Signature is not the HMAC-SHA1 of this body with the shared secret",
        )
    try:
        events, single = _events(from_json(body, allow_inf_nan=False))
    except ValueError:
        return refuse(400, code="wrong_request", message="the body is no JSON")
    if len(events) > MAX_EVENTS:
        return refuse(
            413, code="body_too_large", message=f"a request may have {MAX_EVENTS:,} events: send less at once"
        )
    results = desk.reception.intake.take(destination, events)
    for result in results:
        desk.metrics.events.labels(destination, result.code).inc()
    return _answered(results, single=single)


def _answered(results: list[Result], *, single: bool) -> Response:
    """Of a single event, its own status; of several, one for each in the body."""
    listed = [{"status": one.status, "code": one.code, "message": one.message} for one in results]
    if single and results[0].status != 200:
        return refuse(results[0].status, code=results[0].code, message=results[0].message or results[0].code)
    return answer({"results": listed})


def _events(given: Any) -> tuple[list[Any], bool]:
    """The events of a body, and whether it is one alone."""
    if isinstance(given, list):
        return given, False
    if isinstance(given, dict) and isinstance(given.get("batch"), list):
        return given["batch"], False
    return [given], True


def _signed(source: SegmentSource, body: bytes, signature: str | None) -> bool:
    secret = source.secret.reveal_if_set() if source.secret else None
    if secret is None:
        return True
    wanted = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()  # Segment's webhooks are signed so
    return hmac.compare_digest(wanted, (signature or "").lower().encode("ascii", "replace").decode())
