"""Setting up buckets: made if missing, and changed only by what Amazon needs to read uploads from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lading import amazon
from lading.destinations import kms_key
from lading.destinations.answers import explained
from lading.destinations.bucket_policy import TooManyInstances, with_accounts, with_instances
from lading.errors import AccessError, SettingsError
from lading.service.datasets.at_amazon import instance_of
from lading.service.parts import Parts
from lading.settings.datasets import DatasetTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An instance that reads a bucket: its id, the AWS account that it reads as, and the bucket that its reports go to."""

    instance: str
    account: str
    report_bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the settings need of one bucket."""

    bucket: str
    readers: tuple[Reader, ...]
    #: Of our own KMS key; None where S3's own encryption is enough.
    key: str | None

    @property
    def accounts(self) -> tuple[str, ...]:
        """The AWS accounts that must be let in."""
        return tuple(dict.fromkeys(one.account for one in self.readers))

    @property
    def instances(self) -> tuple[str, ...]:
        """The instances that the tag has to name."""
        return tuple(dict.fromkeys(one.instance for one in self.readers))


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSetup:
    """What a bucket is to have, and which of it is new."""

    bucket: str
    region: str
    policy: dict[str, Any]
    tags: dict[str, str]
    encryption_key: str | None
    #: `create`, `policy`, `tags`, `encryption`: what has to be done.
    steps: tuple[str, ...]
    #: False where it was only looked at.
    done: bool
    advice: tuple[str, ...] = ()


def set_up(parts: Parts, name: str | None, *, look_only: bool) -> tuple[BucketSetup, ...]:
    """Set up the buckets of a sync, or of all syncs. With `look_only`, says what would be done.

    Raises:
        SettingsError: a bucket would need more instances in its tag than there is room for, or two keys.

    """
    return tuple(_set_up(parts, need, look_only=look_only) for need in needs_of(parts, name))


def needs_of(parts: Parts, name: str | None) -> tuple[Need, ...]:
    """What each bucket needs, in the order of the settings."""
    names = parts.carried(name) if name else tuple(parts.settings.syncs)
    targets = [target for one in names if (target := parts.sync(one).to.dataset)]
    if not targets:
        raise SettingsError(
            "fills no dataset, so it has no bucket" if name else "no sync fills a dataset, so there is no bucket to set up",
            where=f"syncs.{name}" if name else str(parts.settings.path), code="no_dataset",
        )  # fmt: skip
    buckets = dict.fromkeys(one.bucket_name for one in targets)
    return tuple(
        _need(parts, bucket, [one for one in targets if one.bucket_name == bucket]) for bucket in buckets
    )


def reader_of(parts: Parts, connection: str) -> Reader:
    """The instance that a connection leads to, as a reader of buckets."""
    place = instance_of(parts, connection)
    try:
        found = parts.amazon(connection).instances.get(
            place.instance_id, place.account_id, place.marketplace_id
        )
    except amazon.AmazonError as error:
        raise explained(error, connection) from error
    if not found.data_upload_aws_account_id:
        raise AccessError(
            f"Amazon names no AWS account that reads uploads for instance {place.instance_id} (creation status "
            f"{found.creation_status or 'unknown'}): wait until it is made",
            where=f"connection {connection}", code="no_upload_account",
        )  # fmt: skip
    return Reader(
        instance=place.instance_id,
        account=found.data_upload_aws_account_id,
        report_bucket=found.s3_bucket_name,
    )


def advice_of(need: Need) -> Iterator[str]:
    """What works, and would be better otherwise."""
    for one in need.readers:
        if one.report_bucket == need.bucket:
            yield f"{need.bucket} is the bucket that reports of {one.instance} go to: take one of its own for uploads"


def _need(parts: Parts, bucket: str, targets: Sequence[DatasetTarget]) -> Need:
    keys = dict.fromkeys(one.encryption_key for one in targets if one.encryption_key)
    if len(keys) > 1:
        raise SettingsError(
            f"two datasets have different keys in bucket {bucket}, which encrypts by one: take a bucket for each",
            where=bucket, code="two_keys",
        )  # fmt: skip
    connections = dict.fromkeys(one.connection for one in targets)
    return Need(
        bucket=bucket,
        readers=tuple(dict.fromkeys(reader_of(parts, one) for one in connections)),
        key=next(iter(keys), None),
    )


def _set_up(parts: Parts, need: Need, *, look_only: bool) -> BucketSetup:
    bucket = parts.bucket(need.bucket)
    region = bucket.region()
    there = region is not None
    policy, tags = (bucket.policy(), bucket.tags()) if there else (None, {})
    wanted_policy = with_accounts(policy, need.bucket, need.accounts)
    wanted_tags = _tags(need, tags)
    encrypt = _encrypt(need, bucket.encryption_key() if there else None)
    region = region or parts.aws().region
    advice = (*advice_of(need), *_check_key(parts, need, region))
    steps = {
        "create": not there,
        "policy": wanted_policy != policy,
        "tags": wanted_tags != tags,
        "encryption": encrypt,
    }
    if not look_only:
        if not there:
            bucket.create()
            parts.progress.say(f"Created bucket {need.bucket} in {region}")
        if steps["policy"]:
            bucket.set_policy(wanted_policy)
        if steps["tags"]:
            bucket.set_tags(wanted_tags)
        if encrypt and need.key:
            bucket.set_encryption_key(need.key)
    return BucketSetup(
        bucket=need.bucket, region=region, policy=wanted_policy, tags=wanted_tags, encryption_key=need.key,
        steps=tuple(step for step, needed in steps.items() if needed), done=not look_only, advice=advice,
    )  # fmt: skip


def _tags(need: Need, tags: dict[str, str]) -> dict[str, str]:
    try:
        return with_instances(tags, need.instances)
    except TooManyInstances as error:
        raise SettingsError(str(error), where=f"s3://{need.bucket}", code="too_many_instances") from error


def _encrypt(need: Need, present: str | None) -> bool:
    """Whether the key has to be set. One of somebody else's is never replaced: his files are encrypted by it."""
    if need.key is None or present == need.key:
        return False
    if present is not None:
        raise SettingsError(
            f"bucket {need.bucket} encrypts by another key, {present}: take another bucket, or set the key there yourself",
            where=f"s3://{need.bucket}", code="other_key",
        )  # fmt: skip
    return True


def _check_key(parts: Parts, need: Need, region: str) -> tuple[str, ...]:
    """Faults of the key stop the set-up; what these credentials may not see is only said."""
    if need.key is None:
        return ()
    report = kms_key.look(parts.aws(), need.key, region, need.accounts)
    if report.faults:
        raise SettingsError("; ".join(report.faults), where=need.key, code="wrong_kms_key")
    return tuple(f"the key could not be looked at: {one}" for one in report.unseen)
