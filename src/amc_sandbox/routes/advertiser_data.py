"""What every operation on advertiser data asks first: the terms, the account, and its instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from amc_sandbox import dataset_rules, world
from amc_sandbox.families import Family, Refusal
from amc_sandbox.state.datasets import Dataset
from amc_sandbox.wire import Answer, Call, Endpoint, endpoint
from amc_sandbox.world import Instance

ROOT: Final = "/amc/advertiserData/{instance_id}"
DataHandler = Callable[[Call, Instance], Answer]


def data_endpoint(family: Family, handler: DataHandler) -> Endpoint:
    """The handler behind what is asked of every request and of those for advertiser data; nothing due is left undone."""
    inner = endpoint(family, lambda call: handler(call, _instance(call)))

    def answer(request: Request) -> Response:
        request.app.state.sandbox.intake.settle()
        return inner(request)

    return answer


def _instance(call: Call) -> Instance:
    call.need_terms()
    account_id = call.header("amazon-advertising-api-advertiserid")
    marketplace = call.header("amazon-advertising-api-marketplaceid")
    if account_id is None or marketplace is None:
        raise Refusal(400, "The headers Amazon-Advertising-API-AdvertiserId and -MarketplaceId are required")
    account = world.account(account_id)
    if account is None or account.user != call.grant.user or account.marketplace != marketplace:
        raise Refusal(401, "Unauthorized: the user has no access to the AMC account of the headers")
    found = world.instance(call.path("instance_id"))
    if found is None:
        raise Refusal(404, "Instance not found")
    if found.account_id != account_id:
        raise Refusal(403, "Forbidden: the instance does not belong to the AMC account of the headers")
    _check_ads_account(call, found)
    return found


def _check_ads_account(call: Call, instance: Instance) -> None:
    demanded = call.sandbox.policy.ads_account_id == "demanded" and instance.type == "STANDARD"
    if demanded and call.header("amazon-ads-accountid") is None:
        raise Refusal(400, "The header Amazon-Ads-AccountId is required")


def find_dataset(call: Call, instance: Instance) -> Dataset:
    """The data set that the path names."""
    dataset_id = call.path("dataset_id")
    if dataset_id == dataset_rules.LIST:
        raise Refusal(400, "dataSetId cannot be 'list'")
    found = call.sandbox.datasets.get(instance.instance_id, dataset_id)
    if found is None:
        raise Refusal(404, f"Data set {dataset_id} not found")
    return found


def idle_dataset(call: Call, instance: Instance) -> Dataset:
    """The data set that the path names, when no rows of it are being written."""
    found = find_dataset(call, instance)
    if call.sandbox.intake.works_on(found):
        raise Refusal(400, f"Data set {found.dataset_id} is being written to: try again later")
    return found


def refuse_if(errors: Iterable[str | None]) -> None:
    """A 400 that tells every error, when there are any."""
    told = [error for error in errors if error is not None]
    if told:
        raise Refusal(400, told[0], extra={"errors": told})


def page_size(call: Call, bounds: tuple[int, int] = dataset_rules.PAGE) -> int:
    """How many of a list are wanted; 0, where it is lawful, says nothing."""
    default = call.sandbox.policy.page_size
    return call.whole("maxResults", bounds, default) or default
