"""Bodies of requests, read whole before anybody works on them: bounded in size, and in the time that they take to arrive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope


class TooLarge(Exception):
    """The body is larger than it may be."""


class TooSlow(Exception):
    """The body took longer to arrive than it may."""


class Gone(Exception):
    """The caller went away before the body was whole."""


class NoRoom(Exception):
    """So many bodies are in work that there is no room for another one."""


@dataclass(slots=True)
class Room:
    """The memory for all bodies that are in work at a time, in bytes."""

    most: int
    held: int = 0

    def grow(self, size: int) -> None:
        """Hold so much more. NoRoom where there is not so much."""
        if self.held + size > self.most:
            raise NoRoom
        self.held += size


async def read(scope: Scope, receive: Receive, room: Room, *, most: int, seconds: float) -> bytes:
    """The whole body. What is announced as too large is not read at all. Whoever called gives its size back to the room."""
    if _announced(scope) > most:
        raise TooLarge
    pieces: list[bytes] = []
    size = held = 0
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
                room.grow(len(pieces[-1]))
                held += len(pieces[-1])
                if not message.get("more_body", False):
                    held = 0
                    return b"".join(pieces)
    except TimeoutError:
        raise TooSlow from None
    finally:
        room.held -= held


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
