"""A folder in an S3 bucket, read piece by piece: nothing of a file is kept on this machine."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar, cast

from botocore.exceptions import ClientError

from lading.aws import code_of, explained
from lading.errors import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCHEME: Final = "s3://"
_Answer = TypeVar("_Answer")
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_WILD: Final = re.compile(r"[*?\[]")
_TOKENS: Final = re.compile(r"\*\*/|\*+|\?|\[!?[^\]]+\]|.", re.DOTALL)
_REGEX: Final = {"**/": "(?:[^/]+/)*", "**": "[^/]*", "*": "[^/]*", "?": "[^/]"}
_CORRECT: Final = "Correct `root:` of the source, or the region and AWS_ENDPOINT_URL"
#: Bytes that are asked for at a time.
_PIECE: Final = 8 << 20


class S3Folder:
    """`s3://bucket/folder`. `client` is made when something is asked for first."""

    def __init__(self, address: str, client: Callable[[], S3Client]) -> None:
        bucket, _, folder = address.removeprefix(SCHEME).partition("/")
        self._bucket = bucket
        self._prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
        self._made = client

    def __repr__(self) -> str:
        return f"S3Folder({self._where('')!r})"

    def __str__(self) -> str:
        return self._where("")

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The files that a pattern stands for, sorted; empty objects that stand for folders are none."""
        known = _WILD.split(pattern, maxsplit=1)[0]
        fits = re.compile(_as_regex(pattern))
        return tuple(sorted(name for name in self._names(known) if fits.fullmatch(name)))

    def has(self, name: str) -> bool:
        return self._head(name) is not None

    def mark(self, name: str) -> str:
        head = self._head(name)
        if head is None:
            self._check_bucket()
            raise SettingsError(
                "there is no such file in the bucket", where=self._where(name), code="missing_file"
            )
        return f"{head['ContentLength']}\0{head['ETag']}\0{head['LastModified'].isoformat()}"

    def open(self, name: str) -> BinaryIO:
        from smart_open import open as open_object  # noqa: PLC0415  (loaded only by those who read from a bucket)

        self.mark(name)
        with explained("reading a file", self._where(name), permission="s3:GetObject"):
            opened: BinaryIO = open_object(
                self._where(name), "rb", compression="disable",
                transport_params={"client": self._s3, "buffer_size": _PIECE, "defer_seek": True},
            )  # fmt: skip
        return cast("BinaryIO", _Piecewise(opened, self._where(name)))

    @cached_property
    def _s3(self) -> S3Client:
        with explained("opening S3", self._where("")):
            return self._made()

    def _where(self, name: str) -> str:
        return f"{SCHEME}{self._bucket}/{self._prefix}{name}"

    def _head(self, name: str) -> Any:
        with explained("looking for a file", self._where(name), permission="s3:GetObject"):
            try:
                return self._s3.head_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if code_of(error) not in _ABSENT:
                    raise
                return None

    def _check_bucket(self) -> None:
        """S3 says of a file alone that it is not there, also where its bucket is missing."""
        try:
            self._s3.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if code_of(error) in _ABSENT:
                with explained("looking for a file", self._where(""), no_bucket=_CORRECT):
                    raise

    def _names(self, start: str) -> Iterator[str]:
        with explained("listing files", self._where(start), permission="s3:ListBucket", no_bucket=_CORRECT):
            pages = self._s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + start):
                for one in page.get("Contents", ()):
                    if not one["Key"].endswith("/"):
                        yield one["Key"].removeprefix(self._prefix)


class _Piecewise(io.BufferedIOBase):
    """An object that is asked for while it is read: what goes wrong then is AWS's refusal, and no damage of the file."""

    def __init__(self, opened: BinaryIO, where: str) -> None:
        self._opened = opened
        self._where = where

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._opened.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._told(lambda: self._opened.seek(offset, whence))

    def read(self, size: int | None = -1, /) -> bytes:
        return self._told(lambda: self._opened.read(-1 if size is None else size))

    def close(self) -> None:
        self._opened.close()
        super().close()

    def _told(self, ask: Callable[[], _Answer]) -> _Answer:
        with explained("reading a file", self._where, permission="s3:GetObject"):
            try:
                return ask()
            except OSError as error:  # smart_open wraps AWS's refusals
                raise getattr(error, "backend_error", error) from error


def _as_regex(pattern: str) -> str:
    """A pattern as `Path.glob` understands it: `*` stays within a folder, `**/` goes through any number of them."""
    return _TOKENS.sub(lambda found: _REGEX.get(found[0]) or _literal(found[0]), pattern)


def _literal(token: str) -> str:
    """One character, or a choice of them such as `[0-9]` or `[!a]`."""
    return token.replace("[!", "[^", 1) if len(token) > 1 else re.escape(token)
