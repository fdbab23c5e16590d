"""Syncs: what there is, what would be sent, sending it, and what became of one person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from lading.server.answers import Answer, answer
from lading.server.desk import TheDesk, TheParts
from lading.server.routes.orders import HowMany, RunOrder, Shape, SyncName, Target, named
from lading.service import listing, sync, trace, verifying
from lading.service.remedies import repairing
from lading.service.targets import each
from lading.service.work import target_of

router = APIRouter(prefix="/v1/syncs", tags=["syncs"])


class PlanOrder(Shape):
    """How a plan is shown."""

    sample: int = Field(
        default=0, ge=0, le=100, description="How many records to show, as they would be sent."
    )


@router.get("", response_model=Answer)
def list_syncs(parts: TheParts) -> Response:
    """Every sync with its targets."""
    return answer([
        {
            "sync": name, "mode": one.mode, "source": one.from_.source, "target": target_of(name, one),
            "audience": one.to.audience.name if one.to.audience else None,
            "schedule": one.schedule.model_dump(mode="json") if one.schedule else None,
        }
        for name, one in parts.settings.syncs.items()
    ])  # fmt: skip


@router.post("/{sync_name}/plan", response_model=Answer)
def plan(
    parts: TheParts, sync_name: SyncName, order: PlanOrder | None = None, target: Target = None
) -> Response:
    """Plan a sync: what would be sent, guarded and explained. Nothing is sent."""
    wanted = order or PlanOrder()
    found = each(parts, named(sync_name, target), lambda one: sync.plan(parts, one, sample=wanted.sample))
    return answer([one.answer for one in found if one.error is None] if len(found) > 1 else found[0].answer)


@router.post("/{sync_name}/apply", status_code=202, response_model=Answer)
def apply(
    desk: TheDesk, parts: TheParts, sync_name: SyncName, order: RunOrder | None = None, target: Target = None
) -> Response:
    """Begin a run for each target of a sync, or go on with the one that is unfinished. The ids come at once."""
    wanted = (order or RunOrder()).order()
    begun = each(parts, named(sync_name, target), lambda one: desk.carrier.apply(parts, one, wanted))
    return answer([_begun(one.sync, one.answer, one.error) for one in begun], 202)


@router.post("/{sync_name}/verify", response_model=Answer)
def verify(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """Compare Amazon's counts with the members that are held here."""
    return answer(verifying.verify(parts, named(sync_name, target)))


@router.get("/{sync_name}/verifications", response_model=Answer)
def list_verifications(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """The days of which a comparison is kept, the newest first. Amazon is asked nothing."""
    return answer(verifying.history(parts, named(sync_name, target)))


@router.post("/{sync_name}/repair", response_model=Answer)
def repair(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """Plan to send everybody again, whatever the counts say. Nothing is sent before that plan is applied."""
    return answer(repairing.repair(parts, named(sync_name, target)))


@router.get("/{sync_name}/runs", response_model=Answer)
def list_runs(parts: TheParts, sync_name: SyncName, target: Target = None, limit: HowMany = 20) -> Response:
    """The latest runs of a sync."""
    return answer(listing.list_of(parts, named(sync_name, target), limit))


@router.get("/{sync_name}/trace", response_model=Answer)
def tell(
    parts: TheParts,
    sync_name: SyncName,
    external_id: Annotated[str, Query(max_length=512)],
    target: Target = None,
) -> Response:
    """What became of one person, by the id that the source knows."""
    return answer(trace.story(parts, named(sync_name, target), external_id))


def _begun(name: str, run: str | None, error: Exception | None) -> dict[str, str | None]:
    return {"sync": name, "run": run, "problem": str(error) if error else None}
