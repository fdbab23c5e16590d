"""Settings: those of lading.yaml can be read here, those of the ledger changed, and every change is in the audit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import HowMany
from lading.service import made

router = APIRouter(prefix="/v1", tags=["settings"])
_Kind = Annotated[str, Path(description="connections, sources or syncs.", max_length=24)]
_Name = Annotated[str, Path(max_length=64)]


@router.get("/settings", response_model=Answer)
def show(parts: TheParts) -> Response:
    """What the ledger has (`made`), and the names that lading.yaml and the ledger give together. Secrets are references."""
    known = parts.settings
    return answer({
        "connections": list(known.connections), "sources": list(known.sources), "syncs": list(known.written_syncs),
        "made": made.exported(parts),
    })  # fmt: skip


@router.put("/settings/{kind}/{name}", response_model=Answer)
def put(parts: TheParts, kind: _Kind, name: _Name, block: Annotated[dict[str, Any], Body()]) -> Response:
    """Write a block, as it would stand in lading.yaml under this name."""
    made.put(parts, kind, name, block, who=parts.doer)
    return answer({"setting": f"{kind}.{name}"})


@router.delete("/settings/{kind}/{name}", response_model=Answer)
def drop(parts: TheParts, kind: _Kind, name: _Name) -> Response:
    """Drop a block that was made here."""
    made.drop(parts, kind, name, who=parts.doer)
    return answer({"setting": f"{kind}.{name}"})


@router.get("/audit", response_model=Answer)
def audit(parts: TheParts, limit: HowMany = 100) -> Response:
    """Who did what, the newest first."""
    return answer(parts.ledger.audit.latest(limit))
