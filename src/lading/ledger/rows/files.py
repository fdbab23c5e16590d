"""Files that a row names, and so make count."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol


class FileLike(Protocol):
    """What the ledger wants to know of a file that it names."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def rows(self) -> int: ...


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that counts because a row names it; `name` is relative to the folder of its run or target."""

    name: str
    sha256: str
    bytes: int
    rows: int

    @classmethod
    def like(cls, file: FileLike) -> NamedFile:
        """The same facts of any room's file."""
        return cls(file.name, file.sha256, file.bytes, file.rows)

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)
