"""`/_sandbox/clock`: reading the clock, setting it, moving it, and sleeping on it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from amc_sandbox import door
from amc_sandbox.clock import MAX_SPEED, iso
from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.sandbox import Sandbox

#: A sleeper is answered after this long (of the machine's time), whatever the clock says, and asks again.
PATIENCE: Final = 25.0
GLANCE: Final = 0.05


def get_clock(sandbox: Sandbox, _request: Request) -> Response:
    return JSONResponse(_told(sandbox))


async def post_clock(request: Request) -> Response:
    sandbox = door.sandbox_of(request)
    try:
        wish = door.read_object(await request.body())
        moment = await run_in_threadpool(_move, sandbox, wish)
    except Unlawful as error:
        return door.refused(error)
    if moment is not None:
        await _sleep(sandbox, moment)
    return JSONResponse(_told(sandbox))


def _move(sandbox: Sandbox, wish: dict[str, Any]) -> datetime | None:
    """Do all but the sleeping; the moment to sleep until."""
    refuse_unknown(wish, ("mode", "speed", "advance_seconds", "sleep_until", "sleepers"), "clock")
    mode, speed, by = wish.get("mode"), door.number(wish, "speed"), door.number(wish, "advance_seconds")
    moment, sleepers = door.moment(wish, "sleep_until"), wish.get("sleepers")
    if mode not in (None, "real", "manual"):
        raise Unlawful("clock mode: real or manual")
    if speed is not None and not 0 < speed <= MAX_SPEED:
        raise Unlawful(f"clock speed: a number above 0, and at most {MAX_SPEED:.0f}")
    if by is not None and by < 0:
        raise Unlawful("clock advance_seconds: time does not go back")
    if sleepers is not None and (not isinstance(sleepers, int) or sleepers < 1):
        raise Unlawful("clock sleepers: a whole number from 1 up")
    with sandbox.store.transaction():
        if mode is not None or speed is not None:
            sandbox.clock.run(mode=mode, speed=speed)
        if by is not None:
            sandbox.clock.advance(timedelta(seconds=by))
        if sleepers is not None:
            sandbox.clock.expect(sleepers)
        if moment is not None:
            sandbox.clock.lie_down(moment)
        sandbox.keep_clock()
    return moment


async def _sleep(sandbox: Sandbox, moment: datetime) -> None:
    patience = asyncio.get_running_loop().time() + PATIENCE
    try:
        while sandbox.clock.now() < moment and (left := patience - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110  (time passes by arithmetic; nobody could set an event)
            await asyncio.sleep(min(GLANCE, left, _real_seconds(sandbox, moment)))
    finally:
        sandbox.clock.get_up(moment)


def _real_seconds(sandbox: Sandbox, moment: datetime) -> float:
    """How long the moment is off on the machine's clock; a standing one is looked at now and then."""
    setting = sandbox.clock.setting
    if setting.mode == "manual":
        return GLANCE
    return max(0.001, (moment - sandbox.clock.now()).total_seconds() / setting.speed)


def _told(sandbox: Sandbox) -> dict[str, Any]:
    setting = sandbox.clock.setting
    return {
        "now": iso(sandbox.clock.now()),
        "mode": setting.mode,
        "speed": setting.speed,
        "sleepers": sandbox.clock.sleepers,
    }


CLOCK_ROUTES: Final = (
    Route("/_sandbox/clock", door.asked(get_clock), methods=["GET"]),
    Route("/_sandbox/clock", post_clock, methods=["POST"]),
)
