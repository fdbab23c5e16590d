"""What Amazon's upload account may do in a bucket and with a key. [amc/advertiser-data-upload/advertiser-data-s3-bucket]"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from amc_sandbox.aws.shelf import Bucket, Key, Object, Policy, Shelf
from amc_sandbox.ingest.refused import Refused

TAG: Final = "instanceId"
MAX_INSTANCES: Final = 25  # in the value of a tag
#: A key that is not of this region needs a replica in it.
HOME: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class Reader:
    """Amazon, reading an upload for one instance."""

    shelf: Shelf
    instance_id: str
    upload_account: str
    #: Buckets of this account need no tag.
    connected_account: str

    @property
    def principal(self) -> str:
        return f"arn:aws:iam::{self.upload_account}:root"

    def enter(self, name: str) -> Bucket:
        """The bucket, when its policy lets the account list it and read its tags."""
        bucket = self.shelf.bucket(name)
        if bucket is None:
            raise Refused(f"No such file or directory 's3://{name}'")
        arn = f"arn:aws:s3:::{name}"
        self._need(bucket, arn, "s3:ListBucket", "s3:GetBucketTagging")
        return bucket

    def admit(self, bucket: Bucket, one: Object) -> Object:
        """The object, when the account may read and decrypt it, and a tag names the instance."""
        arn = f"arn:aws:s3:::{one.bucket}/{one.key}"
        self._need(bucket, arn, "s3:GetObject", "s3:GetObjectVersion")
        if bucket.account_id != self.connected_account and not self._tagged(
            bucket.tags, f"s3://{one.bucket}"
        ):
            self._need(bucket, arn, "s3:GetObjectTagging")
            if not self._tagged(one.tags, one.url):
                raise Refused(
                    f"Access denied: neither the bucket '{one.bucket}' nor '{one.url}' has a tag {TAG} with {self.instance_id}"
                )
        if one.kms_key is not None:
            self._decrypt(bucket, one.kms_key, one.url)
        return one

    def unlock(self, arn: str) -> None:
        """The key that a data set is encrypted with: symmetric, multi-Region, usable here and in us-east-1."""
        key = self.shelf.key(arn, "", "")
        if key is None:
            raise Refused(f"KMS key '{arn}' does not exist")
        if not key.symmetric or not key.multi_region:
            raise Refused(f"KMS key '{arn}' must be a symmetric multi-Region key")
        home = key if key.region == HOME else self.shelf.key(key.key_id, key.account_id, HOME)
        if home is None:
            raise Refused(f"KMS key '{arn}' has no replica in {HOME}")
        for one in (key, home):
            self._use(one, "kms:Decrypt", "kms:GenerateDataKey")

    def _decrypt(self, bucket: Bucket, name: str, url: str) -> None:
        key = self.shelf.key(name, bucket.account_id, bucket.region)
        if key is None or key.region != bucket.region:
            raise Refused(f"Access denied: the KMS key of '{url}' does not exist in {bucket.region}")
        self._use(key, "kms:Decrypt")

    def _use(self, key: Key, *actions: str) -> None:
        if not key.enabled:
            raise Refused(f"Access denied: KMS key '{key.arn}' is not enabled")
        for action in actions:
            if self.principal not in key.granted and not may(
                key.policy, self.upload_account, action, key.arn
            ):
                raise Refused(
                    f"Access denied: {self.principal} is not authorized to perform {action} on '{key.arn}'"
                )

    def _need(self, bucket: Bucket, arn: str, *actions: str) -> None:
        for action in actions:
            if not may(bucket.policy or {}, self.upload_account, action, arn):
                raise Refused(
                    f"Access denied: {self.principal} is not authorized to perform {action} on '{arn}'"
                )

    def _tagged(self, tags: Mapping[str, str], where: str) -> bool:
        instances = tags.get(TAG, "").split(" ")
        if len(instances) > MAX_INSTANCES:
            raise Refused(f"The tag {TAG} of '{where}' names more than {MAX_INSTANCES} instances")
        return self.instance_id in instances


def may(policy: Policy, account: str, action: str, resource: str) -> bool:
    """Whether a policy lets an account's root do something: no denial, and an allowance.

    A statement with a condition counts for nothing: it neither allows nor denies for certain.
    """
    allowed = False
    for statement in _several(policy.get("Statement")):
        if "Condition" in statement or not _speaks_of(statement, account, action, resource):
            continue
        if statement.get("Effect") == "Deny":
            return False
        allowed = allowed or statement.get("Effect") == "Allow"
    return allowed


def _speaks_of(statement: Mapping[str, Any], account: str, action: str, resource: str) -> bool:
    principal = statement.get("Principal")
    names = _several(principal.get("AWS")) if isinstance(principal, Mapping) else _several(principal)
    return (
        any(name in ("*", account, f"arn:aws:iam::{account}:root") for name in names)
        and any(_matches(one.lower(), action.lower()) for one in _several(statement.get("Action")))
        and any(_matches(one, resource) for one in _several(statement.get("Resource")))
    )


def _several(one: Any) -> Iterable[Any]:
    return one if isinstance(one, list) else [] if one is None else [one]


@lru_cache(maxsize=1024)
def _matches(wish: str, text: str) -> bool:
    pattern = re.escape(wish).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, text, re.DOTALL) is not None
