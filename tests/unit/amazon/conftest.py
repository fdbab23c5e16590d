"""A small real server on loopback that answers as scripted and remembers what it was asked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from lading.amazon import AmazonClient, Credentials

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN_PATH = "/auth/o2/token"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    #: "answer", "hang up" before the status, or "break off" within the body.
    manner: str = "answer"


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Store:
    def __init__(self, token: str = "Atzr|first") -> None:
        self.token = token
        self.saved: list[str] = []

    def refresh_token(self) -> str:
        return self.token

    def save_refresh_token(self, token: str) -> None:
        self.token = token
        self.saved.append(token)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), self.headers, body)
        reply = self.server.amazon.reply(asked)
        if reply.manner == "hang up":
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            extra = 10 if reply.manner == "break off" else 0
            self.send_header("Content-Length", str(len(reply.body) + extra))
        self.end_headers()
        self.wfile.write(reply.body if reply.status != 204 else b"")
        self.close_connection = self.close_connection or reply.manner == "break off"

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  (the names are http.server's)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


class ScriptedAmazon:
    """`say` queues answers of the Ads API, `say_token` those of Login with Amazon; unscripted tokens are fresh ones."""

    def __init__(self) -> None:
        self._replies: deque[Reply] = deque()
        self._token_replies: deque[Reply] = deque()
        self.asked: list[Asked] = []
        self.token_calls: list[Asked] = []
        self.clock = Clock()
        self.store = Store()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.amazon = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self._clients: list[AmazonClient] = []

    def say(self, status: int = 200, body: object = None, *, manner: str = "answer", **headers: str) -> None:
        self._replies.append(self._made(status, body, manner, headers))

    def say_token(self, status: int = 200, body: object = None, **headers: str) -> None:
        self._token_replies.append(self._made(status, body, "answer", headers))

    @staticmethod
    def _made(status: int, body: object, manner: str, headers: dict[str, str]) -> Reply:
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(status, raw, named, manner)

    def reply(self, asked: Asked) -> Reply:
        if asked.path == TOKEN_PATH:
            self.token_calls.append(asked)
            number = len(self.token_calls)
            fresh = {"access_token": f"Atza|{number}", "token_type": "bearer", "expires_in": 3600}
            return (
                self._token_replies.popleft() if self._token_replies else self._made(200, fresh, "answer", {})
            )
        self.asked.append(asked)
        return self._replies.popleft()

    def client(self, region: str = "NA", **options: Any) -> AmazonClient:
        client = AmazonClient(
            region,
            Credentials("amzn1.application-oa2-client.abc", "s3cret"),
            self.store,
            clock=self.clock,
            endpoint=self.url,
            **options,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def amazon() -> Iterator[ScriptedAmazon]:
    scripted = ScriptedAmazon()
    yield scripted
    scripted.close()
