"""AWS as Amazon's upload account sees it: buckets, objects and keys, read where moto keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Policy = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Object:
    bucket: str
    key: str
    size: int
    tags: Mapping[str, str]
    #: The KMS key that it is encrypted with: an id, an ARN or an alias; None without KMS.
    kms_key: str | None
    #: Its bytes.
    path: Path = field(repr=False)

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Bucket:
    name: str
    account_id: str
    region: str
    policy: Policy | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of KMS in one region."""

    arn: str
    account_id: str
    region: str
    key_id: str
    symmetric: bool
    multi_region: bool
    enabled: bool
    policy: Policy
    #: Principals that grants let decrypt.
    granted: frozenset[str]


class Shelf:
    """Reads the accounts of one sandbox."""

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self._accounts = accounts

    def bucket(self, name: str) -> Bucket | None:
        found = self._bucket(name)
        if found is None:
            return None
        policy = None if found.policy is None else json.loads(found.policy)
        return Bucket(name, found.account_id, found.region_name, policy, self._tags(found, found.arn))

    def object(self, bucket: str, key: str) -> Object | None:
        found = self._bucket(bucket)
        known = None if found is None else found.keys.get(key)
        return self._object(found, known) if hasattr(known, "path") else None

    def objects(self, bucket: str, prefix: str) -> Iterator[Object]:
        """Every object whose key begins so, by key."""
        found = self._bucket(bucket)
        for key in sorted(found.keys) if found is not None else ():
            known = found.keys.get(key)
            if key.startswith(prefix) and hasattr(known, "path"):
                yield self._object(found, known)

    def key(self, name: str, account_id: str, region: str) -> Key | None:
        """A key by its ARN; by its id or alias in an account and region."""
        from moto.kms.models import kms_backends  # noqa: PLC0415  (moto takes a second to load)

        if name.startswith("arn:"):
            parts = name.split(":")
            if len(parts) != 6 or parts[4] not in self._accounts:
                return None
            region, account_id, name = parts[3], parts[4], parts[5].removeprefix("key/")
        if region not in kms_backends[account_id]:
            return None
        backend = kms_backends[account_id][region]
        found = backend.keys.get(backend.any_id_to_key_id(name))
        return None if found is None else _key(found, region)

    def _bucket(self, name: str) -> Any:
        from moto.s3.models import s3_backends  # noqa: PLC0415

        accounts = (s3_backends[one]["aws"].buckets for one in self._accounts)
        return next((buckets[name] for buckets in accounts if name in buckets), None)

    def _object(self, bucket: Any, known: Any) -> Object:
        kms_key = (known.kms_key_id or "alias/aws/s3") if known.encryption == "aws:kms" else None
        tags = self._tags(bucket, known.arn)
        return Object(bucket.name, str(known.name), known.size, tags, kms_key, known.path)

    def _tags(self, bucket: Any, arn: str) -> dict[str, str]:
        from moto.s3.models import s3_backends  # noqa: PLC0415

        tags: dict[str, str] = s3_backends[bucket.account_id]["aws"].tagger.get_tag_dict_for_resource(arn)
        return tags


def _key(found: Any, region: str) -> Key:
    grants = found.grants.values()
    return Key(
        arn=found.arn,
        account_id=found.account_id,
        region=region,
        key_id=found.id,
        symmetric=found.key_spec == "SYMMETRIC_DEFAULT",
        multi_region=bool(found.multi_region),
        enabled=found.key_state == "Enabled",
        policy=json.loads(found.policy),
        granted=frozenset(grant.grantee_principal for grant in grants if "Decrypt" in grant.operations),
    )
