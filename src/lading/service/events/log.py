"""A log of what came in: frames of hashed events, each flushed before anybody is told that it arrived.

A frame is its length and checksum, then counts as JSON, then events as an Arrow stream. A frame that a crash cut off is the last
one; nobody was told of it, so it does not count.
"""

from __future__ import annotations

import io
import json
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.errors import GaveUp
from lading.membership.disk import disk_full, flush, is_full
from lading.membership.files import make_folder
from lading.model.frames import EVENTS

_MAGIC: Final = b"LEV1"
_HEAD: Final = struct.Struct(">4sIII")

#: What became of events: destination -> outcome -> how many.
Tally = dict[str, dict[str, int]]


class EventLog:
    """The log of one process. Only one thread writes it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._worker = worker
        self._number = 0
        self._path: Path | None = None
        self._handle = -1
        self._size = 0

    def append(self, tally: Tally, at: datetime, events: pl.DataFrame) -> None:
        """Write a frame, and flush it. GaveUp when the disk does not take it; then nothing of it is left."""
        frame = _frame(tally, at, events)
        try:
            if self._handle < 0:
                self._open()
            _write(self._handle, frame)
            os.fdatasync(self._handle)
        except OSError as error:
            self._take_back()
            if is_full(error):
                raise disk_full(self._folder) from error
            raise GaveUp(
                "the disk failed while events were written: send them again",
                where=str(self._folder),
                code="disk_error",
            ) from error
        self._size += len(frame)

    def rotate(self) -> Path | None:
        """Begin another file with the next frame; the one that was written so far, if there is one."""
        path, self._path = self._path, None
        if self._handle >= 0:
            os.close(self._handle)
            self._handle, self._size = -1, 0
        return path

    def _open(self) -> None:
        make_folder(self._folder)
        self._number += 1
        self._path = self._folder / f"{self._worker}-{self._number:06d}.log"
        self._handle = os.open(
            self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        flush(self._folder)

    def _take_back(self) -> None:
        """Half a frame in the middle would hide all that come after it."""
        if self._handle >= 0:
            os.ftruncate(self._handle, self._size)


def frames(path: Path) -> Iterator[tuple[Tally, datetime, pl.DataFrame]]:
    """What a log holds, up to a frame that was cut off."""
    with path.open("rb") as file:
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            magic, length, words, checksum = _HEAD.unpack(head)
            body = file.read(length)
            if magic != _MAGIC or len(body) < length or zlib.crc32(body) != checksum:
                return
            facts = json.loads(body[:words])
            events = (
                pl.read_ipc_stream(io.BytesIO(body[words:]))
                if length > words
                else pl.DataFrame(schema=EVENTS)
            )
            yield facts["tally"], datetime.fromtimestamp(facts["at"], UTC), events


def worker_of(path: Path) -> str:
    """Whose log a file is."""
    return path.name.rpartition("-")[0]


def _frame(tally: Tally, at: datetime, events: pl.DataFrame) -> bytes:
    facts = json.dumps({"tally": tally, "at": at.timestamp()}).encode()
    stream = io.BytesIO()
    if events.height:
        events.write_ipc_stream(stream, compression="zstd")
    body = facts + stream.getbuffer()
    return _HEAD.pack(_MAGIC, len(body), len(facts), zlib.crc32(body)) + body


def _write(handle: int, data: bytes) -> None:
    view: Any = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
