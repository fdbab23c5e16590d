"""Where files lie: a folder of this machine, or one in a bucket (see `s3.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final, Protocol

from lading.errors import SettingsError
from lading.nearest import meant

#: What makes a path a pattern.
_WILD: Final = frozenset("*?[")


class Folder(Protocol):
    """Files by name, names relative to the folder with `/` between their parts."""

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The files that a pattern stands for, sorted; `**` stands for folders in folders."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def mark(self, name: str) -> str:
        """Changes when the file does; made of size, time and the like. SettingsError where there is no such file."""

    def open(self, name: str) -> BinaryIO:
        """The file's bytes, which can be sought in."""


def is_pattern(path: str) -> bool:
    """Whether a path stands for any number of files."""
    return not _WILD.isdisjoint(path)


class LocalFolder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __repr__(self) -> str:
        return f"LocalFolder({str(self._root)!r})"

    def __str__(self) -> str:
        return str(self._root)

    def matching(self, pattern: str) -> tuple[str, ...]:
        if Path(pattern).is_absolute():
            raise SettingsError(
                "a pattern stays within the source's folder: write it relative to `root:`",
                where=pattern,
                code="missing_file",
            )
        found = (path for path in self._root.glob(pattern) if path.is_file())
        return tuple(sorted(path.relative_to(self._root).as_posix() for path in found))

    def has(self, name: str) -> bool:
        return (self._root / name).is_file()

    def mark(self, name: str) -> str:
        status = self._existing(name).stat()
        return f"{status.st_size}\0{status.st_mtime_ns}"

    def open(self, name: str) -> BinaryIO:
        return self._existing(name).open("rb")

    def _existing(self, name: str) -> Path:
        path = self._root / name
        if path.is_file():
            return path
        if path.is_dir():
            raise SettingsError(
                "this is a folder, not a file: name a file in it, or all of them by a pattern such as folder/*.csv",
                where=str(path), code="not_a_file",
            )  # fmt: skip
        if path.exists():
            raise SettingsError(
                "this is no plain file, and it has to be read more than once: write its rows into one",
                where=str(path), code="not_a_file",
            )  # fmt: skip
        raise SettingsError(f"there is no such file{_near(path)}", where=str(path), code="missing_file")


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"; the folder {path.parent} does not exist either"
    said = meant(path.name, (one.name for one in path.parent.iterdir()))
    return f"; {said}" if said else ": put it there, or name another"
