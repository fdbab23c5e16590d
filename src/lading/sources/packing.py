"""Packed files: what packed them is seen by their first bytes, whatever their names say."""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable
from typing import Any, BinaryIO, Final, Protocol, cast

import pyarrow as pa
from isal import igzip, isal_zlib

from lading.errors import SettingsError

#: Endings of packed files' names; behind them the name says what is inside.
ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst")

#: What a damaged or cut file makes its unpacker say.
DAMAGED: Final[tuple[type[Exception], ...]] = (  # type: ignore[assignment]  # a stub takes IsalError for an instance
    EOFError,
    OSError,
    lzma.LZMAError,
    isal_zlib.IsalError,
    pa.ArrowInvalid,
)


class Stream(Protocol):
    """Bytes, one piece after another."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


def _zstd(file: BinaryIO) -> Any:
    return pa.CompressedInputStream(pa.PythonFile(cast("Any", file), mode="r"), "zstd")


#: First bytes -> what unpacks them.
_UNPACKERS: Final[dict[bytes, Callable[[BinaryIO], Any]]] = {
    b"\x1f\x8b": igzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    b"\x28\xb5\x2f\xfd": _zstd,
}
_ZIP: Final = b"PK\x03\x04"


def unpacked(file: BinaryIO, where: str) -> Stream:
    """The bytes that are packed in a file, or its own where none are. Raises SettingsError for archives of several files."""
    first = file.read(8)
    file.seek(0)
    if first.startswith(_ZIP):
        raise SettingsError(
            "this is a ZIP archive, which may hold many files: unpack it, or pack its file with gzip",
            where=where, code="unreadable_file",
        )  # fmt: skip
    unpack = next((one for magic, one in _UNPACKERS.items() if first.startswith(magic)), None)
    return cast("Stream", unpack(file) if unpack else file)


def without_ending(name: str) -> str:
    """The name of what is packed in a file of this name."""
    return next((name.removesuffix(end) for end in ENDINGS if name.lower().endswith(end)), name)
