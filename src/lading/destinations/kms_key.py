"""What Amazon asks of a KMS key that encrypts uploads, as far as these credentials may see it.

Source: Amazon's guide "Advertiser data upload, S3 bucket": symmetric, multi-Region, in the bucket's region, and there in us-east-1
too, with its use granted to the account that reads uploads.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lading.aws import Aws, explained
from lading.destinations.bucket_policy import principal
from lading.errors import AccessError

#: Amazon reads uploads there.
AMAZONS_REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What is wrong with a key, with what to do, and what these credentials may not look at."""

    faults: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


def look(aws: Aws, arn: str, bucket_region: str, accounts: Collection[str]) -> KeyReport:
    """Look at a key by its ARN."""
    region = arn.split(":")[3]
    faults = [] if region == bucket_region else [
        f"the key is in {region} and the bucket in {bucket_region}: make a replica of the key there, and write its ARN"
    ]  # fmt: skip
    client = aws.client("kms", region)
    try:
        with explained("looking at the key", arn, permission="kms:DescribeKey"):
            found = client.describe_key(KeyId=arn)["KeyMetadata"]
    except AccessError as error:
        return KeyReport(tuple(faults), (error.message,))
    faults += _faults_of(found)
    try:
        with explained("reading the key's policy", arn, permission="kms:GetKeyPolicy"):
            policy = json.loads(client.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    except AccessError as error:
        return KeyReport(tuple(faults), (error.message,))
    return KeyReport((*faults, *_not_granted(policy, accounts)))


def _faults_of(key: dict[str, Any]) -> Iterator[str]:
    if key.get("KeyState") != "Enabled":
        yield f"the key is {key.get('KeyState')}: enable it in KMS"
    if key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        yield f"the key is {key.get('KeySpec')}: Amazon takes a symmetric one"
    if not key.get("MultiRegion"):
        yield "the key is not multi-Region: make one that is, since a key never becomes one"
    else:
        regions = set(_regions(key.get("MultiRegionConfiguration", {})))
        if AMAZONS_REGION not in regions:
            yield f"the key has no replica in {AMAZONS_REGION}, where Amazon reads: make one, with the same grant"


def _regions(where: dict[str, Any]) -> Iterator[str]:
    for one in (where.get("PrimaryKey", {}), *where.get("ReplicaKeys", ())):
        if one.get("Region"):
            yield one["Region"]


def _not_granted(policy: dict[str, Any], accounts: Collection[str]) -> Iterator[str]:
    said = json.dumps(policy)
    for account in accounts:
        if principal(account) not in said and f'"{account}"' not in said:
            yield f"the key's policy does not name {principal(account)}: allow it kms:Decrypt and kms:DescribeKey"
