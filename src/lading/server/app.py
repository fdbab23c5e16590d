"""The app: every address, behind the door."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from lading.errors import Bug, LadingError, Problem, Remedy
from lading.server.answers import USUAL, problems, refuse, refused
from lading.server.desk import Desk
from lading.server.door import Door
from lading.server.rate import Rate
from lading.server.routes import (
    audiences,
    datasets,
    health,
    keys,
    looking,
    people,
    plans,
    runs,
    schedules,
    segment,
    settings,
    syncs,
)
from lading.settings.server import Server

#: Every address. They are looked through in this order: what is asked most comes first.
ROOMS: Final = tuple(
    room.router
    for room in (
        segment, health, syncs, plans, runs, schedules, audiences, datasets, people, settings, keys, looking,
    )
)  # fmt: skip

_ABOUT: Final = """Carries first-party data into Amazon Marketing Cloud and Amazon DSP, and proves that it arrived.

Every request carries a key of this server: `Authorization: Bearer KEY`, or the key as the user name of Basic. Answers have
`data`; what stands in the way has `problems`, each with a code that stays as it is."""


def build_app(desk: Desk, limits: Server) -> ASGIApp:
    """The ASGI app of a server."""
    app = FastAPI(
        title="Lading", version="1", description=_ABOUT, docs_url=None, redoc_url=None, responses=USUAL,
        exception_handlers={
            LadingError: _refused, HTTPException: _http, RequestValidationError: _invalid, Exception: _bug,
        },
    )  # fmt: skip
    app.state.desk = desk
    app.router.redirect_slashes = False
    for router in ROOMS:
        app.include_router(router)
    return Door(app, desk, limits, Rate(limits.requests_per_second))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, LadingError) and not isinstance(error, Bug):
        return refused(error)
    return await _bug(request, error)


async def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = getattr(error, "headers", None)
    if status == 405:
        return refuse(
            405, code="wrong_method", message=f"this address does not take {request.method}", headers=headers
        )
    if status == 404:
        return refuse(
            404, code="unknown_address", message="there is no such address: /openapi.json lists them all"
        )
    return refuse(
        status,
        code="wrong_request",
        message="the request cannot be read: send JSON as /openapi.json describes it",
        headers=headers,
    )


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """What is wrong with the parameters and the body; never their values, which may be personal."""
    del request
    found = error.errors() if isinstance(error, RequestValidationError) else []
    listed = tuple(
        Problem("wrong_request", Remedy.SETTINGS, ".".join(map(str, one["loc"])), _words(one["type"]))
        for one in found
    )
    return problems(422, listed)


def _words(kind: str) -> str:
    return {
        "missing": "is needed", "json_invalid": "is no JSON", "extra_forbidden": "is not known here",
    }.get(kind, f"is not of the kind that /openapi.json describes ({kind})")  # fmt: skip


async def _bug(request: Request, error: Exception) -> JSONResponse:
    """Our bug: its kind only, since its text may hold anything."""
    request.app.state.desk.log.error(
        "bug", kind=type(error).__qualname__, route=getattr(request.scope.get("route"), "path", "")
    )
    return refuse(
        500,
        code="bug",
        message="this is our bug, not your mistake. Nothing that Amazon confirmed is lost. Please report it",
    )
