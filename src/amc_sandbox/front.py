"""The first to see a request for the imitated API: regions, faults and the journal."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amc_sandbox.faults import Tally
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.journal import Line
from amc_sandbox.wire import Note
from amc_sandbox.world import Region

PREFIXES: Final[dict[str, Region]] = {"na": "NA", "eu": "EU", "fe": "FE"}
DOOR: Final = "/_sandbox"
NOT_STRUCK: Final = "/ap/oa"  # a page for people


def split_region(path: str) -> tuple[Region, str]:
    """`/eu/v2/profiles` is `/v2/profiles` in EU; without a prefix it is NA."""
    first, slash, rest = path[1:].partition("/")
    if slash and first in PREFIXES:
        return PREFIXES[first], f"/{rest}"
    return "NA", path


class Front:
    """ASGI around the app. It keeps the whole answer until the journal has it, so that a fault can swallow it."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app, self._sandbox = app, sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(DOOR):
            await self._app(scope, receive, send)
            return
        region, path = split_region(scope["path"])
        if path.startswith(DOOR):  # it has no regions
            path = scope["path"]
        notes: list[Note] = []
        body = await _read(receive)
        known = {"sandbox_region": region, "sandbox_body": body, "sandbox_note": notes}
        struck = await run_in_threadpool(self._strike, scope["method"], path)
        answer = _instead(struck)
        if answer is None and (struck is None or struck.name != "timeout_before"):
            answer = await self._carry_out({**scope, **known, "path": path, "raw_path": path.encode()})
        breaks = struck is not None and struck.name in ("timeout_before", "timeout_after", "disconnect")
        status = None if breaks or answer is None else int(answer[0]["status"])
        await run_in_threadpool(self._write_down, scope, hashlib.sha256(body).hexdigest(), status, notes)
        if breaks and struck is not None:
            await _break_off(receive, 0.0 if struck.name == "disconnect" else struck.spec.hold_seconds)
            return
        for message in answer or ():
            await send(message)

    def _strike(self, method: str, path: str) -> Tally | None:
        if path == NOT_STRUCK:
            return None
        with self._sandbox.store.transaction():
            return self._sandbox.faults.strike_request(method, path)

    async def _carry_out(self, scope: Scope) -> list[Message]:
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        async def empty() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        await self._app(scope, empty, keep)
        return answer

    def _write_down(self, scope: Scope, sha256: str, status: int | None, notes: Sequence[Note]) -> None:
        note = notes[0] if notes else Note()
        query = scope["query_string"].decode("latin-1")
        line = Line(scope["method"], scope["path"], query, sha256, status, note.records, note.job_request_id)
        with self._sandbox.store.transaction():
            self._sandbox.journal.add(line, self._sandbox.clock.now())
            self._sandbox.keep_clock()


def _instead(struck: Tally | None) -> list[Message] | None:
    """The answer of a fault that has one."""
    if struck is None:
        return None
    if struck.name == "throttle":
        return _answer(429, "Too Many Requests", [(b"retry-after", str(struck.spec.retry_after).encode())])
    if struck.name == "throttle_without_retry_after":
        return _answer(429, "Too Many Requests", [])
    if struck.name == "server_error":
        return _answer(500, "Internal server error", [])
    return None


def _answer(status: int, message: str, headers: list[tuple[bytes, bytes]]) -> list[Message]:
    body = json.dumps({"message": message}).encode()
    fixed = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return [
        {"type": "http.response.start", "status": status, "headers": [*fixed, *headers]},
        {"type": "http.response.body", "body": body},
    ]


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _break_off(receive: Receive, hold_seconds: float) -> None:
    """Say nothing for a while (of the machine's time), then cut the wire."""
    gone = asyncio.ensure_future(_until_gone(receive))
    await asyncio.wait({gone}, timeout=hold_seconds)
    # ASGI knows no way to break a connection; uvicorn's receive belongs to the cycle that holds the transport.
    cycle: Any = getattr(receive, "__self__", None)
    if not gone.done() and cycle is not None:
        cycle.transport.abort()
    await gone


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
