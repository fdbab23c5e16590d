"""An S3 bucket: its files, which Amazon reads, and its policy, tags and encryption, which let it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from lading.aws import DEFAULT_REGION, Aws, code_of, explained

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: What S3 says where a bucket has no policy, no tags, no encryption of its own.
_NONE_SET: Final = frozenset(
    {"NoSuchBucketPolicy", "NoSuchTagSet", "ServerSideEncryptionConfigurationNotFoundError"}
)
#: Keys that one request may delete (S3, DeleteObjects).
_DELETE_AT_ONCE: Final = 1_000
#: Parts of 64 MB, two at once: a file of 500 MB needs 8, and 128 MB of memory at most.
_TRANSFER: Final = TransferConfig(
    multipart_threshold=64 * 2**20, multipart_chunksize=64 * 2**20, max_concurrency=2
)


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object of a bucket."""

    key: str
    #: Bytes.
    size: int


class Bucket:
    """One bucket. What it does not say is asked when it is needed; errors are ours, with the permission that is missing."""

    def __init__(self, name: str, aws: Aws) -> None:
        self.name = name
        self._aws = aws
        self._where = f"s3://{name}"

    @cached_property
    def _s3(self) -> S3Client:
        with explained("opening S3", self._where):
            found: S3Client = self._aws.client("s3")
        return found

    def region(self) -> str | None:
        """Where the bucket is; None if there is none."""
        try:
            with explained("looking for the bucket", self._where, permission="s3:ListBucket"):
                answer = self._s3.head_bucket(Bucket=self.name)
        except Exception as error:
            if getattr(error, "problem_code", "") == "no_bucket":
                return None
            raise
        return answer.get("BucketRegion") or self._aws.region

    def create(self) -> str:
        """Make the bucket in the region of the credentials, and say which that is. One that is ours already is fine."""
        region = self._aws.region
        made: Any = {} if region == DEFAULT_REGION else {"LocationConstraint": region}
        with explained("creating the bucket", self._where, permission="s3:CreateBucket"):
            try:
                if made:
                    self._s3.create_bucket(Bucket=self.name, CreateBucketConfiguration=made)
                else:
                    self._s3.create_bucket(Bucket=self.name)
            except ClientError as error:
                if code_of(error) != "BucketAlreadyOwnedByYou":
                    raise
        return region

    def policy(self) -> dict[str, Any] | None:
        """The bucket's policy; None if it has none."""
        answer = self._asked("GetBucketPolicy", lambda: self._s3.get_bucket_policy(Bucket=self.name))
        return dict(json.loads(answer["Policy"])) if answer else None

    def set_policy(self, policy: Mapping[str, Any]) -> None:
        with explained("setting the policy", self._where, permission="s3:PutBucketPolicy"):
            self._s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(policy))

    def tags(self) -> dict[str, str]:
        """The bucket's tags."""
        answer = self._asked("GetBucketTagging", lambda: self._s3.get_bucket_tagging(Bucket=self.name))
        return {one["Key"]: one["Value"] for one in answer["TagSet"]} if answer else {}

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """All of its tags: those that are not named go away."""
        pairs: Any = [{"Key": key, "Value": value} for key, value in tags.items()]
        with explained("setting the tags", self._where, permission="s3:PutBucketTagging"):
            self._s3.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": pairs})

    def encryption_key(self) -> str | None:
        """The ARN of the KMS key that new objects are encrypted with; None where it is S3's own."""
        answer = self._asked(
            "GetEncryptionConfiguration", lambda: self._s3.get_bucket_encryption(Bucket=self.name)
        )
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
        named = (one.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") for one in rules)
        return next(filter(None, named), None)

    def set_encryption_key(self, arn: str) -> None:
        rules: Any = [
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn},
                "BucketKeyEnabled": True,
            }
        ]
        with explained("setting the encryption", self._where, permission="s3:PutEncryptionConfiguration"):
            self._s3.put_bucket_encryption(
                Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": rules}
            )

    def put(self, path: Path, key: str, sent: Callable[[int], None] | None = None) -> None:
        """Upload a file, in parts where it is large. `sent` hears of bytes as they leave. Again is the same as once."""
        with explained(f"uploading {path.name}", self._where, permission="s3:PutObject"):
            self._s3.upload_file(str(path), self.name, key, Callback=sent, Config=_TRANSFER)

    def put_text(self, text: str, key: str) -> None:
        """Write a small object."""
        with explained(f"writing {key}", self._where, permission="s3:PutObject"):
            self._s3.put_object(Bucket=self.name, Key=key, Body=text.encode())

    def list(self, prefix: str) -> tuple[S3Object, ...]:
        """Every object whose key begins with `prefix`, in the order of keys."""
        return tuple(self._listed(prefix))

    def delete(self, prefix: str) -> int:
        """Delete every object whose key begins with `prefix`; says how many there were.

        Raises:
            ValueError: the prefix is blank. That would be all of the bucket.

        """
        if not prefix.strip("/ "):
            raise ValueError("a prefix is needed: without one, all of the bucket would go")
        keys = [one.key for one in self._listed(prefix)]
        for first in range(0, len(keys), _DELETE_AT_ONCE):
            self._delete(keys[first : first + _DELETE_AT_ONCE])
        return len(keys)

    def _delete(self, keys: Sequence[str]) -> None:
        wanted: Any = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        with explained("deleting files", self._where, permission="s3:DeleteObject"):
            answer = self._s3.delete_objects(Bucket=self.name, Delete=wanted)
            if errors := answer.get("Errors"):
                raise ClientError({"Error": {"Code": errors[0].get("Code", "")}}, "DeleteObjects")

    def _listed(self, prefix: str) -> Iterator[S3Object]:
        with explained("listing files", self._where, permission="s3:ListBucket"):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for one in page.get("Contents", ()):
                    yield S3Object(one["Key"], one["Size"])

    def _asked(self, permission: str, ask: Callable[[], Any]) -> Any:
        """The answer; None where nothing is set."""
        with explained("reading the set-up", self._where, permission=f"s3:{permission}"):
            try:
                return ask()
            except ClientError as error:
                if code_of(error) in _NONE_SET:
                    return None
                raise
