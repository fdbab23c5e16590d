"""moto's objects and multipart uploads, their bytes in files: memory holds none of an upload of gigabytes.

moto spools each part to a temporary file, but joins the parts of an object in memory, twice over. Its two classes are
replaced by these as soon as this module is imported.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from typing import Any, Self

from moto.s3 import models
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

#: The folder of each account's objects.
FOLDERS: dict[str, Path] = {}
_BLOCK = 1 << 20


class FileKey(models.FakeKey):
    """An object or a part of one; `path` is its file."""

    path: Path

    def __new__(cls, *_args: object, **_kwargs: object) -> Self:
        """Past moto's list of all that ever was, which would keep every part."""
        return object.__new__(cls)

    def __init__(self, name: Any, value: Any, account_id: str, region_name: str, **more: Any) -> None:
        super().__init__(name, value, account_id, region_name, **{**more, "multipart": None})

    @property
    def value(self) -> bytes:
        return self.path.read_bytes()

    @value.setter
    def value(self, new: bytes | str | Path) -> None:
        """Take bytes, or a file that is there already."""
        self._value_buffer.close()
        if isinstance(new, Path):
            self.path = new
        else:
            self.path = _fresh(self.account_id)
            self.path.write_bytes(new.encode() if isinstance(new, str) else new)
        self.contentsize = self.path.stat().st_size

    @property
    def etag(self) -> str:
        if self._etag is None:
            digest = md5(usedforsecurity=False)
            for block in _blocks(self.path):
                digest.update(block)
            self._etag = digest.hexdigest()
        return f'"{self._etag}"'

    def __getstate__(self) -> dict[str, Any]:
        return {key: kept for key, kept in self.__dict__.items() if key not in ("_value_buffer", "lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.Lock()

    def dispose(self, garbage: bool = False) -> None:  # noqa: FBT001, FBT002  (moto's signature)
        """The object is gone. Garbage collection says nothing of the file: the object may be read again."""
        if not garbage:
            self.path.unlink(missing_ok=True)
            self.disposed = True


class FileMultipart(models.FakeMultipart):
    """A multipart upload that joins its parts in a file."""

    def __new__(cls, *_args: object, **_kwargs: object) -> Self:
        return object.__new__(cls)

    def complete(self, body: Iterator[tuple[int, str]]) -> Any:
        """The joined file, its etag, and no checksum."""
        parts = self._chosen(list(body))
        digest = md5(b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts), usedforsecurity=False)
        whole = _fresh(self.account_id)
        with whole.open("wb") as joined:
            for part in parts:
                with part.path.open("rb") as piece:
                    shutil.copyfileobj(piece, joined, _BLOCK)
                part.dispose()
        return whole, f"{digest.hexdigest()}-{len(parts)}", None

    def _chosen(self, wanted: list[tuple[int, str]]) -> list[FileKey]:
        if not wanted:
            raise MalformedXML
        parts: list[FileKey] = []
        for number, etag in wanted:
            part = self.parts.get(number)
            if not isinstance(part, FileKey) or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart
            parts.append(part)
        if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in parts[:-1]):
            raise EntityTooSmall
        return parts


def _fresh(account_id: str) -> Path:
    return FOLDERS[account_id] / uuid.uuid4().hex


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


models.FakeKey = FileKey  # type: ignore[misc, assignment]  # the classes that moto makes its objects of
models.FakeMultipart = FileMultipart  # type: ignore[misc]  # likewise
