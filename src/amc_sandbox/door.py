"""Reading what comes through the control door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.sandbox import Sandbox

Reader = Callable[[Sandbox, dict[str, Any]], Any]
Opener = Callable[[Sandbox, Request], Response]


def written(deed: Reader) -> Callable[[Request], Any]:
    """An address of the door that takes a JSON object (an empty body is an empty one)."""

    async def answer(request: Request) -> Response:
        try:
            wish = read_object(await request.body())
            return JSONResponse(await run_in_threadpool(deed, sandbox_of(request), wish))
        except Unlawful as error:
            return refused(error)

    return answer


def asked(look: Opener) -> Callable[[Request], Response]:
    """An address of the door that is only read."""

    def answer(request: Request) -> Response:
        sandbox = sandbox_of(request)
        sandbox.catch_up()
        try:
            return look(sandbox, request)
        except Unlawful as error:
            return refused(error)

    return answer


def settled(look: Opener) -> Callable[[Request], Response]:
    """An address of the door that shows what uploads and user deletions have done."""

    def after(sandbox: Sandbox, request: Request) -> Response:
        sandbox.intake.settle()
        return look(sandbox, request)

    return asked(after)


def refused(error: Unlawful, status: int = 400) -> Response:
    return JSONResponse({"message": str(error)}, status)


def sandbox_of(request: Request) -> Sandbox:
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def read_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        wish = json.loads(body)
    except ValueError:
        raise Unlawful("the body is not JSON") from None
    if not isinstance(wish, dict):
        raise Unlawful("the body is not a JSON object")
    return wish


def query(request: Request, *known: str) -> dict[str, str]:
    given = dict(request.query_params)
    refuse_unknown(given, known, "the query")
    return given


def whole(given: dict[str, Any], name: str, default: int) -> int:
    """A whole number from 0 up."""
    value = given.get(name, default)
    if not str(value).isdecimal():
        raise Unlawful(f"{name}: a whole number from 0 up")
    return int(value)


def number(given: dict[str, Any], name: str) -> float | None:
    value = given.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Unlawful(f"{name}: a number")
    return value


def moment(given: dict[str, Any], name: str) -> datetime | None:
    """An ISO 8601 moment; without an offset it is UTC."""
    value = given.get(name)
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unlawful(f"{name}: a moment such as 2026-01-05T08:00:00+00:00") from None
    return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
