"""`lading serve`: the HTTP server, with a worker in the same process or without."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.wiring import House

#: Seconds for runs that are under way when the server is to end: they come to a place where they can stop.
_GRACE: Final = 10.0


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8378,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Whether this process also carries runs.")
    ] = True,
) -> None:
    """Serve the HTTP API.

    The first line on stdout is JSON with its address and its process. SIGTERM ends it in order.
    """
    from lading import wiring
    from lading.server import running
    from lading.server.app import build_app
    from lading.server.carrying import Carrier
    from lading.server.desk import Desk
    from lading.server.reception import Reception

    face: Face = context.obj
    stop = threading.Event()
    face.working = True
    with wiring.open_house(face.config, face.environ, stop=stop) as house:
        settings = house.parts().settings
        carrier = Carrier(worker=worker)
        desk = Desk(house, carrier, Reception(house.parts, carrier, worker=worker))
        running.check(settings)
        listener = running.bind(host, port)
        if worker:
            desk.carrier.run(house.parts, stop)
        desk.reception.open()
        running.run(build_app(desk, settings.server), settings, listener, stop)
        desk.reception.close()
        desk.carrier.drain(_GRACE)
        _leave(house)


def _leave(house: House) -> None:
    """End now: a run that still holds a thread is taken up by the next worker, since the lock of this process falls."""
    if threading.active_count() == 1:
        return
    house.worker.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
