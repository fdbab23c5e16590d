"""The disk under all files: what makes it keep them, and how it says that it is full."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from lading.errors import GaveUp

_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_SPACE_WORDS: Final = ("no space left", "disk quota exceeded", "file too large", "max_temp_directory_size")


def flush(path: Path) -> None:
    """Have the disk keep a file's content, or the names in a folder, before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(error: BaseException) -> bool:
    """Whether an error of any library means that the disk has no room left."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _NO_SPACE
    return any(words in str(error).lower() for words in _NO_SPACE_WORDS)


def disk_full(where: Path) -> GaveUp:
    """The error for a disk with no room left."""
    return GaveUp(
        "the disk is full. Nothing was sent for what could not be written. Free some space and run the same command again",
        where=str(where),
        code="disk_full",
    )
