"""Receiving the redirect of Login with Amazon on this very machine. Neither code nor state is ever shown or logged."""

from __future__ import annotations

import errno
import hmac
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Full, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from lading.amazon.errors import AmazonError, ConsentRefused

_ADDRESS: Final = "127.0.0.1"
_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Lading</title>"
    "<p style='font:18px system-ui;margin:3em'>{text}</p></html>"
)
_DONE: Final = "You are signed in. You can close this window and go back to Lading."
_REFUSED: Final = "Amazon did not give its permission. You can close this window; Lading tells you more."
_STRANGE: Final = "This address does not belong to the sign-in that Lading is waiting for."

#: The page loads nothing, and tells nobody its address, which holds the code.
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


class PortTaken(AmazonError):
    """Another program listens on the port."""

    advice = "Choose another port, or end that program; the client's allowed return URLs must hold the port."


class ConsentTimeout(AmazonError):
    """Nobody came back from Amazon's consent page in time."""

    advice = "Connect again; the address of the page serves one attempt."


class LoopbackReceiver:
    """A web server for one redirect, on 127.0.0.1 alone. Use it as a context manager.

    It answers nothing but its own path, and takes nothing that does not bring the state of this attempt.
    """

    def __init__(
        self,
        state: str,
        *,
        port: int = 0,
        path: str = "/callback",
        name: Literal["127.0.0.1", "localhost"] = "127.0.0.1",
    ) -> None:
        """Listen at once; port 0 takes any free one.

        Raises:
            PortTaken: another program listens there.

        """
        self._server = _listen(port)
        self._server.expected = _Expected(state, path)
        #: What Amazon redirects to.
        self.redirect_uri = f"http://{name}:{self._server.server_port}{path}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def wait(self, timeout: float) -> str:
        """The code; waits at most so many seconds.

        Raises:
            ConsentRefused: the person did not agree, or Amazon would not let them.
            ConsentTimeout: nobody came.

        """
        try:
            found = self._server.expected.results.get(timeout=timeout)
        except Empty:
            raise ConsentTimeout(f"nobody came back from Amazon's page within {timeout:.0f} s.") from None
        if error := found.get("error"):
            raise ConsentRefused(f"Amazon says: {found.get('error_description') or error}.")
        return found["code"]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Expected:
    """What the redirect has to bring, and the place where it lands: the first one counts."""

    def __init__(self, state: str, path: str) -> None:
        self._state = state.encode()
        self._path = path
        self.results: Queue[Mapping[str, str]] = Queue(maxsize=1)

    def judge(self, target: str) -> tuple[HTTPStatus, str]:
        """Status and words for a request; takes the result if it is the one."""
        parts = urlsplit(target)
        if parts.path != self._path:
            return HTTPStatus.NOT_FOUND, _STRANGE
        brought = dict(parse_qsl(parts.query, max_num_fields=20))
        if not hmac.compare_digest(brought.get("state", "").encode(), self._state):
            return HTTPStatus.BAD_REQUEST, _STRANGE
        if not (brought.get("code") or brought.get("error")):
            return HTTPStatus.BAD_REQUEST, _STRANGE
        self._keep(brought)
        return HTTPStatus.OK, _REFUSED if brought.get("error") else _DONE

    def _keep(self, brought: Mapping[str, str]) -> None:
        try:
            self.results.put_nowait(brought)
        except Full:
            return  # a reload of the page; the first one counts


class _Server(ThreadingHTTPServer):
    """Threads, since browsers open connections in advance and then say nothing on them."""

    daemon_threads = True
    block_on_close = False
    expected: _Expected

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a traceback would show the address, and the code in it."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "lading"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        try:
            status, words = self.server.expected.judge(self.path)
        except ValueError:
            status, words = HTTPStatus.BAD_REQUEST, _STRANGE
        page = _PAGE.format(text=words).encode()
        self.send_response(status)
        for header, value in _HEADERS.items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is http.server's)
        """Say nothing: the request line holds the code."""


def _listen(port: int) -> _Server:
    try:
        return _Server((_ADDRESS, port), _Handler)
    except OverflowError:
        raise ValueError(f"a port is 0..65535, not {port}") from None
    except PermissionError:
        raise PortTaken(f"port {port} of this machine may not be used.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"port {port} of this machine is taken.") from None
