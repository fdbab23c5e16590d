"""Bodies of requests, read whole before anybody works on them: bounded in size, and in the time that they take to arrive."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope


class TooLarge(Exception):
    """The body is larger than it may be."""


class TooSlow(Exception):
    """The body took longer to arrive than it may."""


class Gone(Exception):
    """The caller went away before the body was whole."""


async def read(scope: Scope, receive: Receive, *, most: int, seconds: float) -> bytes:
    """The whole body. What is announced as too large is not read at all."""
    if _announced(scope) > most:
        raise TooLarge
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                if size > most:
                    raise TooLarge
                if not message.get("more_body", False):
                    return b"".join(pieces)
    except TimeoutError:
        raise TooSlow from None


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body that was read already, once."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
