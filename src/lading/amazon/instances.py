"""`/amc/instances`: the instances of an AMC account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading.amazon.gateway import INSTANCES, Call, Gateway, header_value, segment
from lading.amazon.paging import pages
from lading.amazon.shapes import Shape

#: The largest page. Sources disagree on the default (100 or 10), so it is always asked for.
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance; fields that Amazon leaves out, as while it is being made, are ""."""

    instance_id: str
    name: str
    #: The advertiser it was made for.
    customer_name: str
    #: `STANDARD` or `SANDBOX`; "" where Amazon does not say.
    instance_type: str
    #: `COMPLETED` (once `SUCCEEDED`) when it may be used.
    creation_status: str
    #: The AWS account that has to be allowed to read buckets of uploads.
    data_upload_aws_account_id: str
    aws_account_id: str
    s3_bucket_name: str
    s3_bucket_region: str


class Instances:
    """The instances of an AMC account, named by the account's id (`ENTITY...`) and its marketplace id."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self, account_id: str, marketplace_id: str) -> tuple[Instance, ...]:
        """All instances, of all pages."""
        headers = _headers(account_id, marketplace_id)
        call = Call("GET", "/amc/instances", INSTANCES, params={"limit": str(PAGE)}, headers=headers)
        found = (shape for page in pages(self._gateway, call) for shape in page.items("instances"))
        return tuple(_instance(shape) for shape in found)

    def get(self, instance_id: str, account_id: str, marketplace_id: str) -> Instance:
        """One instance.

        Raises:
            NotFound: there is none by this id.

        """
        path = f"/amc/instances/{segment(instance_id, 'the instance id')}"
        call = Call("GET", path, INSTANCES, headers=_headers(account_id, marketplace_id))
        return _instance(Shape.of(self._gateway.ask(call)).inner("instance"))


def _headers(account_id: str, marketplace_id: str) -> dict[str, str]:
    return {
        "Amazon-Advertising-API-AdvertiserId": header_value(account_id, "the AMC account id"),
        "Amazon-Advertising-API-MarketplaceId": header_value(marketplace_id, "the marketplace id"),
    }


def _instance(shape: Shape) -> Instance:
    return Instance(
        instance_id=shape.identifier("instanceId"),
        name=shape.text("instanceName"),
        customer_name=shape.text("customerCanonicalName"),
        instance_type=shape.text("instanceType"),
        creation_status=shape.text("creationStatus"),
        data_upload_aws_account_id=shape.maybe_identifier("dataUploadAwsAccountId") or "",
        aws_account_id=shape.maybe_identifier("awsAccountId") or "",
        s3_bucket_name=shape.text("s3BucketName"),
        s3_bucket_region=shape.text("s3BucketRegion"),
    )
