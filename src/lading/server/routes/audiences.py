"""Audiences, and whether the settings and Amazon fit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import Shape
from lading.service.audiences import audiences
from lading.service.checks import check as checking

router = APIRouter(prefix="/v1", tags=["audiences"])


class Adoption(Shape):
    """An audience that exists at Amazon, and whose it becomes."""

    sync: str = Field(max_length=129, description="The sync, or SYNC/TARGET.")
    audience_id: str = Field(max_length=32, description="Amazon's id of the audience, as text.")


@router.get("/audiences", response_model=Answer)
def list_audiences(parts: TheParts) -> Response:
    """All audiences that this ledger knows, with Amazon's ids."""
    return answer(audiences.list_audiences(parts))


@router.get("/audiences/{name}", response_model=Answer)
def show(parts: TheParts, name: Annotated[str, Path(max_length=255)]) -> Response:
    """One audience, with Amazon's counts; by its id, its name or its sync."""
    return answer(audiences.show(parts, name))


@router.post("/audiences/adopt", response_model=Answer)
def adopt(parts: TheParts, order: Adoption) -> Response:
    """Go on with an audience that exists at Amazon already."""
    return answer(audiences.adopt(parts, order.sync, order.audience_id))


@router.get("/check", response_model=Answer)
def check(
    parts: TheParts,
    what: Annotated[str | None, Query(max_length=129, description="A connection or sync; else all.")] = None,
) -> Response:
    """Whether the settings, the home and Amazon are as they have to be."""
    return answer(checking.check(parts, what))


@router.post("/check/notify", response_model=Answer)
def notify(parts: TheParts) -> Response:
    """The same, and a word to each address of `notify:`."""
    return answer(checking.check(parts, notify=True))
