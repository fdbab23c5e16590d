"""Saved plans: applying one as it was shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from lading.server.answers import Answer, answer
from lading.server.desk import TheDesk, TheParts
from lading.server.routes.orders import RunOrder
from lading.service.listing import show

router = APIRouter(prefix="/v1/plans", tags=["plans"])


@router.post("/{plan}/apply", status_code=202, response_model=Answer)
def apply(
    desk: TheDesk,
    parts: TheParts,
    plan: Annotated[str, Path(max_length=64, pattern="^p-")],
    order: RunOrder | None = None,
) -> Response:
    """Begin the run of a saved plan. A plan that does not fit any more is refused."""
    run = desk.carrier.apply(parts, plan, (order or RunOrder()).order())
    return answer({"sync": show(parts, run).run.sync, "run": run}, 202)
