"""The HTTP server of AWS: werkzeug, a thread a connection, silent."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

if TYPE_CHECKING:
    from amc_sandbox.aws.front import Front


class _Silent(MotoRequestHandler):
    def log(self, *_said: object) -> None:
        """Nothing: standard error is the sandbox's own."""


def open_server(listener: socket.socket, front: Front) -> BaseWSGIServer:
    """A server on a socket that listens already."""
    host, port = listener.getsockname()
    return make_server(host, port, front, threaded=True, request_handler=_Silent, fd=listener.fileno())
