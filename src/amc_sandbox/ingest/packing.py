"""Taking files out of their compression, as a stream."""

from __future__ import annotations

import bz2
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from isal import igzip, isal_zlib

from amc_sandbox.aws.shelf import Object
from amc_sandbox.ingest import snappy
from amc_sandbox.ingest.refused import Refused
from amc_sandbox.ingest.specs import Compression

_MAGIC: Final[dict[Compression, bytes]] = {"GZIP": b"\x1f\x8b", "BZIP": b"BZh", "ZIP": b"PK\x03\x04"}
#: What a damaged file makes the readers raise.
DAMAGED: Final[tuple[type[Exception], ...]] = (
    EOFError,
    OSError,
    zipfile.BadZipFile,
    cast("type[Exception]", isal_zlib.error),
)


@dataclass(frozen=True, slots=True)
class File:
    """One file to read rows from, out of its compression."""

    name: str
    stream: BinaryIO


def files(one: Object, compression: Compression) -> Iterator[File]:
    """The files of an object: one, or those of a ZIP archive."""
    found = magic(one.path)
    if compression in _MAGIC and found != compression:
        raise Refused(f"'{one.url}' is not compressed with {compression}")
    if compression == "NONE" and found is not None:
        raise Refused(f"'{one.url}' is compressed with {found}, not with NONE")
    if compression == "ZIP":
        yield from _zipped(one)
        return
    with _opened(one, compression) as stream:
        yield File(one.url, stream)


def magic(path: Path) -> Compression | None:
    """The compression that a file's first bytes show."""
    with path.open("rb") as file:
        head = file.read(4)
    return next((name for name, first in _MAGIC.items() if head.startswith(first)), None)


@contextmanager
def _opened(one: Object, compression: Compression) -> Iterator[BinaryIO]:
    with one.path.open("rb") as file:
        if compression == "GZIP":
            yield cast("BinaryIO", igzip.GzipFile(fileobj=file))  # type: ignore[no-untyped-call]  # isal has no types
        elif compression == "BZIP":
            yield cast("BinaryIO", bz2.BZ2File(file))
        elif compression == "SNAPPY":
            yield Pieces(snappy.unpacked(file, one.size, one.url)).buffered()
        else:
            yield file


def _zipped(one: Object) -> Iterator[File]:
    with zipfile.ZipFile(one.path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            with archive.open(member) as stream:
                yield File(f"{one.url}!{member.filename}", cast("BinaryIO", stream))


class Pieces(io.RawIOBase):
    """A stream of bytes that come in pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        into = memoryview(cast("bytearray", target))
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(into), len(self._rest))
        into[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def buffered(self) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(self, 1 << 20))


def lines(stream: IO[bytes], end: bytes, name: str, piece: int = 1 << 20) -> Iterator[bytes]:
    """Pieces that end where records end; the last one may lack its end."""
    rest = b""
    while block := stream.read(piece):
        rest += block
        cut = rest.rfind(end)
        if cut >= 0:
            cut += len(end)
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > MAX_RECORD:
            raise Refused(f"'{name}' has a record of more than {MAX_RECORD >> 20} MiB")
    if rest:
        yield rest


MAX_RECORD: Final = 64 << 20
