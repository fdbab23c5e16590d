"""`/amc/instances`: the instances of one AMC account, at any host."""

from __future__ import annotations

from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import rules, world
from amc_sandbox.families import INSTANCES, Refusal
from amc_sandbox.routes.pages import page
from amc_sandbox.wire import Answer, Call, endpoint
from amc_sandbox.world import INSTANCES as KNOWN
from amc_sandbox.world import Instance


def _account(call: Call) -> str:
    """The account that the two headers name, when the user may see it."""
    account_id = call.header("amazon-advertising-api-advertiserid")
    marketplace = call.header("amazon-advertising-api-marketplaceid")
    if account_id is None or marketplace is None:
        raise Refusal(400, "The headers Amazon-Advertising-API-AdvertiserId and -MarketplaceId are required")
    account = world.account(account_id)
    if account is None or account.user != call.grant.user or account.marketplace != marketplace:
        raise Refusal(401, "Unauthorized")
    call.need_terms()
    return account.account_id


def _wire(one: Instance) -> dict[str, Any]:
    owner = world.account(one.account_id)
    return {
        "instanceId": one.instance_id,
        "instanceName": one.name,
        "customerCanonicalName": owner.name if owner else one.name,
        "instanceType": one.type,
        "creationStatus": "COMPLETED",
        "creationDatetime": "2024-04-01T09:00:00Z",
        "s3BucketName": f"amc-{one.instance_id}-results",
        "s3BucketRegion": "us-east-1",
        "awsAccountId": "123456789012",
        "dataUploadAwsAccountId": one.upload_aws_account,
        "apiEndpoint": "https://advertising-api.amazon.com/amc",
        "entities": ["NA"],
        "advertiserTypes": ["DISPLAY", "SPONSORED_ADS"],
        "optionalDatasets": [],
    }


def list_instances(call: Call) -> Answer:
    account_id = _account(call)
    size = call.whole("limit", rules.INSTANCE_PAGE, call.sandbox.policy.page_size)
    found = [_wire(one) for one in KNOWN if one.account_id == account_id]
    return Answer(200, page("instances", found, call.query("nextToken"), size))


def get_instance(call: Call) -> Answer:
    account_id = _account(call)
    found = world.instance(call.path("instance_id"))
    if found is None or found.account_id != account_id:
        raise Refusal(404, "Instance not found")
    return Answer(200, {"instance": _wire(found)})


ROUTES: Final = (
    Route("/amc/instances", endpoint(INSTANCES, list_instances), methods=["GET"]),
    Route("/amc/instances/{instance_id}", endpoint(INSTANCES, get_instance), methods=["GET"]),
)
