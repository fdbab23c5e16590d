"""Whether the server lives, is ready, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from lading.server.answers import Answer, Problems, answer
from lading.server.desk import TheDesk, TheParts

router = APIRouter(tags=["signs of life"])


@router.get("/healthz", response_model=Answer)
def healthz() -> Response:
    """Whether the process answers. Open to everybody."""
    return answer({"status": "ok"})


@router.get("/readyz", response_model=Answer, responses={503: {"model": Problems}})
def readyz(desk: TheDesk) -> Response:
    """Whether the ledger and the settings can be read. Open to everybody."""
    desk.house.parts()
    return answer({"status": "ready"})


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(desk: TheDesk, parts: TheParts) -> Response:
    """The page for Prometheus."""
    return Response(desk.metrics.text(parts), media_type=CONTENT_TYPE_LATEST)
