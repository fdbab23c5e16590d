"""The door of the server: pace, key, role and body of every request are looked at before anything else sees it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lading.errors import LadingError
from lading.ledger.rows import ApiKey
from lading.server import body, keys
from lading.server.answers import refuse, refused
from lading.server.desk import Desk
from lading.server.rate import Rate
from lading.settings.server import Server

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

#: Bytes of all bodies at a time; reading JSON takes a multiple of it.
_ROOM: Final = 64_000_000


@dataclass(frozen=True, slots=True)
class Door:
    """An ASGI app around the one that answers."""

    app: ASGIApp
    desk: Desk
    limits: Server
    rate: Rate
    room: body.Room = field(default_factory=lambda: body.Room(_ROOM))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, seen = time.perf_counter(), _Seen(send)
        try:
            await self._enter(scope, receive, seen)
        except body.Gone:
            return
        finally:
            self._note(scope, seen.status, time.perf_counter() - started)

    async def _enter(self, scope: Scope, receive: Receive, send: _Seen) -> None:
        if (stop := await self._stopped(scope)) is not None:
            await stop(scope, receive, send)
            return
        if scope["method"] not in _WITH_BODY:
            await self.app(scope, receive, send)
            return
        most, seconds = self.limits.max_body, self.limits.body_timeout.total_seconds()
        try:
            whole = await body.read(scope, receive, self.room, most=most, seconds=seconds)
        except body.TooLarge:
            await self._too_large()(scope, receive, send)
        except body.TooSlow:
            await _TOO_SLOW(scope, receive, send)
        except body.NoRoom:
            await _NO_ROOM(scope, receive, send)
        else:
            try:
                await self.app(scope, body.replay(whole, receive), send)
            finally:
                self.room.held -= len(whole)

    async def _stopped(self, scope: Scope) -> Response | None:
        """Why this request goes no further; None where it may."""
        caller = scope["client"][0] if scope.get("client") else ""
        if wait := self.rate.wait(caller, time.monotonic()):
            return refuse(429, code="too_many_requests", message="too many requests from this address: come again later",
                headers={"Retry-After": str(int(wait) + 1)},
            )  # fmt: skip
        if scope["path"] in keys.OPEN:
            return None
        secret = keys.secret_of(Headers(scope=scope))
        try:
            key = await run_in_threadpool(self.desk.house.ledger.keys.of, secret) if secret else None
        except LadingError as error:
            return refused(error)
        return self._judged(scope, key)

    def _judged(self, scope: Scope, key: ApiKey | None) -> Response | None:
        if key is None:
            return refuse(401, code="no_key", message="send a key of this server, as `Authorization: Bearer KEY` or as the user name of Basic. "
                "`lading keys create` makes one", headers={"WWW-Authenticate": 'Basic realm="lading", charset="UTF-8"'},
            )  # fmt: skip
        scope.setdefault("state", {})["key"] = key
        if keys.may(key.role, scope["method"], scope["path"]):
            return None
        return refuse(
            403, code="wrong_role", message=f"a key with role {key.role} may not do this: take one that may"
        )

    def _too_large(self) -> Response:
        return refuse(
            413,
            code="body_too_large",
            message=f"a body may have {self.limits.max_body:,} bytes here: send less at once",
        )

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log a request by the pattern of its address: addresses themselves may name people."""
        route = getattr(scope.get("route"), "path", "(none)")
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self.desk.metrics.requests.labels(route, method, str(status)).inc()
        self.desk.metrics.seconds.labels(route, method).observe(seconds)
        key = scope.get("state", {}).get("key")
        self.desk.log.info(
            "request",
            route=route,
            method=method,
            status=status,
            ms=round(seconds * 1000, 1),
            key=key.id if key else None,
        )


_METHODS: Final = _WITH_BODY | {"GET", "HEAD", "OPTIONS"}
_TOO_SLOW: Final = refuse(
    408, code="body_too_slow", message="the body took too long to arrive: send it again"
)
_NO_ROOM: Final = refuse(
    503, code="no_room", message="too much is in work: send it again later", headers={"Retry-After": "1"}
)


class _Seen:
    """A `send` that remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        #: Nothing was answered: the caller went away.
        self.status = 499

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)
