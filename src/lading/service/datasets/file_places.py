"""The files of an upload by hand: local ones, which are put into S3, or ones that lie there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lading.amazon import UploadSource
from lading.errors import SettingsError
from lading.service.parts import Parts
from lading.settings.datasets import DatasetTarget

#: Distinct buckets of one manifest. Source: Amazon's guide "Advertiser data upload, S3 bucket".
MAX_BUCKETS: Final = 100
_S3: Final = "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlaces:
    """Where the files of one upload are: on this machine, in S3, or in S3 as named by a manifest there."""

    local: tuple[Path, ...] = ()
    #: `s3://bucket/key` of files, or one that ends with / and stands for all below it.
    remote: tuple[str, ...] = ()
    #: `s3://bucket/key` of a manifest.
    manifest: str | None = None
    #: Where local files and manifests are put: bucket and folder; None where nothing has to be.
    bucket: str = ""
    folder: str = ""

    @property
    def count(self) -> int | None:
        """How many files are put into S3."""
        return len(self.local) or None

    def put(self, parts: Parts, name: str) -> UploadSource:
        """Put what has to be put under a folder of this name, and say what Amazon is to read."""
        if self.manifest is not None:
            bucket, key = split(self.manifest)
            return UploadSource(bucket, manifest=key)
        prefix = "/".join(filter(None, (self.folder, name))) + "/"
        if self.local:
            self._put_local(parts, prefix)
            return UploadSource(self.bucket, prefix=prefix)
        if len(self.remote) == 1:
            bucket, key = split(self.remote[0])
            return UploadSource(bucket, prefix=key) if key.endswith("/") else UploadSource(bucket, key=key)
        parts.bucket(self.bucket).put_text(manifest_of(self.remote), f"{prefix}manifest.txt")
        return UploadSource(self.bucket, manifest=f"{prefix}manifest.txt")

    def _put_local(self, parts: Parts, prefix: str) -> None:
        bucket = parts.bucket(self.bucket)
        parts.progress.stage(f"Uploading to s3://{self.bucket}/{prefix}")
        total, done = sum(path.stat().st_size for path in self.local), 0
        for path in self.local:
            bucket.put(path, prefix + path.name)
            done += path.stat().st_size
            parts.progress.advance(done, total, "bytes")


def files_of(
    given: Sequence[str], target: DatasetTarget | None, bucket: str | None = None, *, manifest: bool = False
) -> FilePlaces:
    """What was named on the command line, seen to be files that Amazon reads. Others are put where `bucket` or the target says.

    Raises:
        SettingsError: there is no such file, a name that Amazon skips, or local files with those in S3.

    """
    bucket, folder = _destination(target, bucket)
    remote = tuple(one for one in given if one.startswith(_S3))
    local = tuple(_file(one) for one in given if not one.startswith(_S3))
    if remote and local:
        raise SettingsError("name files on this machine or files in S3, not both", code="usage")
    for path in [*local, *(Path(one) for one in remote)]:
        if path.name.startswith((".", "_")):
            raise SettingsError(
                f"Amazon reads no file whose name begins with . or _: rename {path.name}",
                where=str(path),
                code="wrong_file_name",
            )
    if manifest:
        return FilePlaces(manifest=_the_manifest(remote))
    if twice := {path.name for path in local if [one.name for one in local].count(path.name) > 1}:
        raise SettingsError(f"two files are called {min(twice)}: rename one", code="wrong_file_name")
    if len(remote) > 1:
        check_buckets(remote)
    if (local or len(remote) > 1) and not bucket:
        raise SettingsError(
            "needs --bucket s3://BUCKET/FOLDER, since no sync says where files are put", code="usage"
        )
    return FilePlaces(local=local, remote=remote, bucket=bucket, folder=folder)


def _destination(target: DatasetTarget | None, written: str | None) -> tuple[str, str]:
    if written is not None:
        name, _, folder = written.removeprefix(_S3).partition("/")
        return name, folder.strip("/")
    return (target.bucket_name, target.folder) if target else ("", "")


def manifest_of(files: Iterable[str]) -> str:
    """A manifest: one path a line."""
    return "".join(f"{one}\n" for one in files)


def check_buckets(files: Iterable[str]) -> None:
    """Amazon reads one upload from at most 100 buckets."""
    buckets = {split(one)[0] for one in files}
    if len(buckets) > MAX_BUCKETS:
        raise SettingsError(
            f"Amazon reads one upload from at most {MAX_BUCKETS} buckets, and these files lie in {len(buckets)}: "
            "make several uploads of them",
            code="too_many_buckets",
        )


def split(address: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`. SettingsError where one of them is missing."""
    bucket, _, key = address.removeprefix(_S3).partition("/")
    if not bucket or not key:
        raise SettingsError(f"{address} names no file in a bucket: write s3://BUCKET/KEY", code="usage")
    return bucket, key


def _the_manifest(remote: Sequence[str]) -> str:
    if len(remote) != 1 or remote[0].endswith("/"):
        raise SettingsError("--manifest takes one file in S3: s3://BUCKET/KEY", code="usage")
    split(remote[0])
    return remote[0]


def _file(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        raise SettingsError(
            "is a folder: name the files in it, such as `folder/*`", where=name, code="not_a_file"
        )
    if not path.is_file():
        raise SettingsError("there is no such file", where=name, code="missing_file")
    return path
