"""Snappy as it is found in files: the framing format, Hadoop's blocks, or one raw block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import pyarrow as pa

from amc_sandbox.ingest.refused import Refused

_STREAM: Final = b"\xff\x06\x00\x00sNaPpY"
#: A block of this size or more is no block: nothing else bounds the memory of a broken file.
MAX_BLOCK: Final = 64 << 20


def unpacked(file: BinaryIO, size: int, name: str) -> Iterator[bytes]:
    """The content in pieces."""
    head = file.read(len(_STREAM))
    if head == _STREAM:
        return _framed(file, name)
    file.seek(0)
    return (
        _hadoop(file, name) if _looks_like_hadoop(head, size) else iter([_block(file.read(MAX_BLOCK), name)])
    )


def _framed(file: BinaryIO, name: str) -> Iterator[bytes]:
    while head := file.read(4):
        kind, length = head[0], int.from_bytes(head[1:], "little")
        body = _exactly(file, length, name)
        if kind == 0:
            yield _block(body[4:], name)
        elif kind == 1:
            yield body[4:]
        elif kind < 0x80:
            raise _broken(name)


def _looks_like_hadoop(head: bytes, size: int) -> bool:
    whole, piece = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    return len(head) > 8 and 0 < piece <= size - 8 and 0 < whole <= MAX_BLOCK


def _hadoop(file: BinaryIO, name: str) -> Iterator[bytes]:
    while head := file.read(4):
        missing = int.from_bytes(head, "big")
        while missing > 0:
            length = int.from_bytes(_exactly(file, 4, name), "big")
            piece = _block(_exactly(file, length, name), name)
            missing -= len(piece)
            yield piece


def _block(body: bytes, name: str) -> bytes:
    size = shift = 0
    for byte in body[:5]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if not body or size > MAX_BLOCK:
        raise _broken(name)
    try:
        content: bytes = pa.Codec("snappy").decompress(body, size, asbytes=True)
    except (pa.ArrowException, OSError):
        raise _broken(name) from None
    return content


def _exactly(file: BinaryIO, length: int, name: str) -> bytes:
    if length > MAX_BLOCK:
        raise _broken(name)
    body = file.read(length)
    if len(body) != length:
        raise _broken(name)
    return body


def _broken(name: str) -> Refused:
    return Refused(f"'{name}' is not compressed with SNAPPY, or is damaged")
