"""A server that runs: its socket, its first line on stdout, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from lading.errors import SettingsError
from lading.settings import Settings

#: Seconds for requests that are under way when the server is to end.
_GRACE: Final = 10

#: Connections at a time; beyond them callers hear 503.
_CONNECTIONS: Final = 512


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: asyncio sends small answers at once (TCP_NODELAY) only on sockets that are known as TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"cannot listen on {host} port {port} ({error.strerror or 'no such host'}): take another with --host or --port",
            code="port_taken",
        ) from None
    return listener


def check(settings: Settings) -> None:
    """Raises SettingsError where a file of TLS is missing: before a worker begins, which would be cut off in its first look."""
    if tls := settings.server.tls:
        _file(settings, tls.certificate, "certificate")
        _file(settings, tls.key, "key")


def run(app: ASGIApp, settings: Settings, listener: socket.socket, stop: threading.Event) -> None:
    """Answer requests until SIGTERM or SIGINT; what is under way is answered first."""
    server = _Server(_config(app, settings), stop)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, server.told_to_stop)
    _announce(settings, listener)
    server.run(sockets=[listener])


def _announce(settings: Settings, listener: socket.socket) -> None:
    """One line of JSON: programs that start a server read where it is. The socket listens already."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    scheme = "https" if settings.server.tls else "http"
    sys.stdout.write(json.dumps({"url": f"{scheme}://{shown}:{port}", "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    tls = settings.server.tls
    proxies = list(settings.server.trusted_proxies)
    return uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", server_header=False,
        timeout_graceful_shutdown=_GRACE, timeout_keep_alive=75, limit_concurrency=_CONNECTIONS,
        proxy_headers=bool(proxies), forwarded_allow_ips=proxies,
        ssl_certfile=_file(settings, tls.certificate, "certificate") if tls else None,
        ssl_keyfile=_file(settings, tls.key, "key") if tls else None,
    )  # fmt: skip


def _file(settings: Settings, name: str, key: str) -> Path:
    path = settings.path.parent / name
    if not path.is_file():
        raise SettingsError(f"there is no file {path}", where=f"server.tls.{key}", code="no_certificate")
    return path


class _Server(uvicorn.Server):
    """Ends cleanly, with exit code 0, when it is told to."""

    def __init__(self, config: uvicorn.Config, stop: threading.Event) -> None:
        super().__init__(config)
        self._stop = stop

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: uvicorn would raise them again at the end. `told_to_stop` takes them instead."""
        yield

    def told_to_stop(self, _number: int, _frame: object) -> None:
        self._stop.set()
        self.should_exit = True
