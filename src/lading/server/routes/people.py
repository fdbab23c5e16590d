"""Forgetting people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from lading.errors import SettingsError
from lading.server.answers import Answer, answer
from lading.server.desk import TheDesk, TheParts
from lading.server.routes.orders import Shape
from lading.service.erasure import forgetting
from lading.service.erasure.asking import People
from lading.service.work import Order

router = APIRouter(prefix="/v1/forget", tags=["people"])
_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": Answer, "description": "It goes on: ask for the erasure."}
}
_Value = Annotated[str, Field(max_length=512)]


class ForgetOrder(Shape):
    """Whom to forget: by ids of the source, addresses or numbers, in clear or as SHA-256."""

    external_ids: list[_Value] = Field(default=[], max_length=1000)
    emails: list[_Value] = Field(default=[], max_length=1000)
    phones: list[_Value] = Field(default=[], max_length=1000)
    identities: dict[str, list[_Value]] = Field(
        default={},
        max_length=9,
        description="Ids of others that rows of datasets carry, by their kind: maid, liveramp ...",
    )
    country: str | None = Field(default=None, max_length=2, description="Of phone numbers that name none.")
    dry_run: bool = Field(default=False, description="Only count what would be done.")

    def people(self) -> People:
        """The people for the service."""
        return People(
            external_ids=tuple(self.external_ids),
            emails=tuple(self.emails),
            phones=tuple(self.phones),
            others=tuple((kind, one) for kind, values in self.identities.items() for one in values),
            country=self.country,
        )


@router.post("", response_model=Answer, responses=_LATER)
def forget(desk: TheDesk, parts: TheParts, order: ForgetOrder) -> Response:
    """Erase people everywhere, for good, with a receipt."""
    people = order.people()
    if not people:
        raise SettingsError("name somebody: external_ids, emails, phones or identities", code="wrong_request")
    if order.dry_run:
        return answer(forgetting.foresee(parts, people))
    done = desk.carrier.wait_for(lambda: forgetting.forget(parts, people, Order()))
    return answer(done) if done else answer(parts.ledger.forgets.unfinished()[-1:], 202)


@router.post("/resume", response_model=Answer, responses=_LATER)
def resume(desk: TheDesk, parts: TheParts) -> Response:
    """Go on with erasures that were interrupted."""
    done = desk.carrier.wait_for(lambda: forgetting.resume(parts, None, Order()))
    return answer(parts.ledger.forgets.unfinished(), 202) if done is None else answer(done)


@router.get("/{forget_id}", response_model=Answer)
def show(parts: TheParts, forget_id: Annotated[str, Path(max_length=64, pattern="^f-")]) -> Response:
    """An erasure as it stands."""
    return answer(forgetting.view(parts, forget_id))
