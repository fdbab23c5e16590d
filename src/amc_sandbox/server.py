"""The sandbox on a port of this machine, and on no other interface."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from amc_sandbox import control
from amc_sandbox.families import (
    ACCOUNTS,
    AUDIENCES,
    CONNECTIONS,
    DATASETS,
    DSP,
    INSTANCES,
    PROFILES,
    Refusal,
)
from amc_sandbox.front import DOOR, Front, split_region
from amc_sandbox.routes import (
    accounts,
    columns,
    connections,
    datasets,
    deletions,
    dsp,
    instances,
    login,
    metadata,
    profiles,
    records,
    retired,
    terms,
    uploads,
)
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.wire import respond

LOOPBACK: Final = "127.0.0.1"
ROOMS: Final = (
    login,
    profiles,
    dsp,
    accounts,
    instances,
    terms,
    connections,
    metadata,
    records,
    datasets,
    columns,
    uploads,
    deletions,
    retired,
    control,
)
FAMILIES: Final = (
    ("/amc/audiences/connections", CONNECTIONS),
    ("/amc/audiences", AUDIENCES),
    ("/amc/accounts", ACCOUNTS),
    ("/amc/advertiserData", DATASETS),
    ("/amc", INSTANCES),
    ("/dsp", DSP),
)


def build_app(sandbox: Sandbox) -> Front:
    """The ASGI app."""
    app = Starlette(
        routes=[route for room in ROOMS for route in room.ROUTES],
        exception_handlers={HTTPException: _nobody_knows},
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return Front(app, sandbox)


async def _nobody_knows(request: Request, error: Exception) -> Response:
    """404 and 405, in the shape of the nearest family."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal = Refusal(
        status, "Method Not Allowed" if status == 405 else f"No such address: {request.url.path}"
    )
    path = request.url.path
    if path.startswith(DOOR):
        return respond(status, {"message": refusal.message}, "application/json", {})
    family = next((family for root, family in FAMILIES if split_region(path)[1].startswith(root)), PROFILES)
    return respond(status, family.error(refusal, ""), family.error_media or family.media_type, {})


def bind(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one. OSError when the port is in use."""
    # With its protocol named: asyncio sends small answers at once (TCP_NODELAY) only on sockets that are known as TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


class Server(uvicorn.Server):
    """Ends cleanly, with exit code 0, when it is told to."""

    def __init__(self, sandbox: Sandbox) -> None:
        config = uvicorn.Config(
            build_app(sandbox),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            timeout_keep_alive=75,
            ws="none",
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: uvicorn would raise them again at the end. `on_signals` takes them instead."""
        yield

    def on_signals(self) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._stop)

    def _stop(self, _number: int, _frame: object) -> None:
        self.should_exit = True
