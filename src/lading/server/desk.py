"""What every address of the server works with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Request

from lading.ledger.rows import ApiKey
from lading.server.carrying import Carrier
from lading.server.reception import Reception
from lading.server.signs import Metrics, log
from lading.service.parts import Parts
from lading.wiring import House


@dataclass(frozen=True, slots=True)
class Desk:
    """One server."""

    house: House
    carrier: Carrier
    reception: Reception
    metrics: Metrics = field(default_factory=Metrics)
    log: Any = field(default_factory=log)


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _parts(request: Request) -> Parts:
    desk: Desk = request.app.state.desk
    key: ApiKey = request.scope["state"]["key"]
    return replace(desk.house.parts(), who=f"key {key.id}")


#: What a route asks for.
TheDesk = Annotated[Desk, Depends(_desk)]
TheParts = Annotated[Parts, Depends(_parts)]
