"""`/amc/advertiserData/{instanceId}/dataSets`: data sets, made, shown, described and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import dataset_rules, world
from amc_sandbox.families import DATASETS, Refusal
from amc_sandbox.routes.advertiser_data import (
    ROOT,
    data_endpoint,
    find_dataset,
    idle_dataset,
    page_size,
    refuse_if,
)
from amc_sandbox.routes.countries import check_country
from amc_sandbox.routes.pages import page
from amc_sandbox.shapes import dataset as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.wire import Answer, Call
from amc_sandbox.world import Instance


def create_dataset(call: Call, instance: Instance) -> Answer:
    wish = dict(read(shapes.NEW, call.body)["dataSet"])
    _check(call, instance, wish)
    definition = _whole(wish)
    call.sandbox.datasets.add(instance.instance_id, definition, call.now)
    return Answer(200, {"dataSetId": definition["dataSetId"], "instanceId": instance.instance_id})


def _check(call: Call, instance: Instance, wish: Mapping[str, Any]) -> None:
    dataset_id, columns, policy = wish["dataSetId"], wish["columns"], call.sandbox.policy
    demanded = policy.main_user_columns == "demanded"
    refuse_if(
        [
            dataset_rules.id_error(dataset_id),
            *dataset_rules.column_errors(
                [*columns, *dataset_rules.missing_user_columns(columns)],
                strict_names=policy.strict_column_names,
            ),
            dataset_rules.demanded_error(dataset_id, columns) if demanded else None,
        ]
    )
    check_country(wish.get("countryCode"))
    if dataset_id in world.OLD_DATASETS.get(instance.instance_id, ()):
        raise Refusal(
            400, f"Data set {dataset_id} exists in advertiser data upload 1.0: use another dataSetId"
        )
    if call.sandbox.datasets.get(instance.instance_id, dataset_id) is not None:
        raise Refusal(400, f"Data set {dataset_id} already exists")
    if call.sandbox.datasets.count(instance.instance_id) >= dataset_rules.MAX_DATASETS:
        raise Refusal(400, f"An instance has at most {dataset_rules.MAX_DATASETS} data sets")


def _whole(wish: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with all that was left to Amazon. Only a set with events has a period."""
    columns = [*wish["columns"], *dataset_rules.missing_user_columns(wish["columns"])]
    whole = {**wish, "columns": [dataset_rules.whole_column(one) for one in columns]}
    if dataset_rules.holder(columns, "isMainEventTime") is None:
        whole.pop("period", None)
        return whole
    return whole | {"period": wish.get("period", dataset_rules.DEFAULT_PERIOD)}


def list_datasets(call: Call, instance: Instance) -> Answer:
    found = [one.definition for one in call.sandbox.datasets.of(instance.instance_id)]
    return Answer(200, page("dataSets", found, call.query("nextToken"), page_size(call)))


def get_dataset(call: Call, instance: Instance) -> Answer:
    return Answer(200, {"dataSet": find_dataset(call, instance).definition})


def update_dataset(call: Call, instance: Instance) -> Answer:
    """Description and country; whatever else is sent changes nothing."""
    dataset = find_dataset(call, instance)
    wish = read(shapes.CHANGED, call.body)
    check_country(wish.get("countryCode"))
    known = {key: value for key, value in wish.items() if key in ("description", "countryCode")}
    changed = replace(dataset, definition=dataset.definition | known)
    call.sandbox.datasets.change(changed)
    return Answer(200, {"dataSet": changed.definition})


def delete_dataset(call: Call, instance: Instance) -> Answer:
    dataset = idle_dataset(call, instance)
    call.sandbox.datasets.remove(dataset)
    call.sandbox.ingestion.drop(instance.instance_id, dataset.dataset_id)
    return Answer(200, {"dataSetId": dataset.dataset_id, "instanceId": instance.instance_id})


PATH: Final = f"{ROOT}/dataSets"
ROUTES: Final = (
    Route(PATH, data_endpoint(DATASETS, create_dataset), methods=["POST"]),
    Route(f"{PATH}/list", data_endpoint(DATASETS, list_datasets), methods=["POST"]),
    Route(f"{PATH}/{{dataset_id}}", data_endpoint(DATASETS, get_dataset), methods=["GET"]),
    Route(f"{PATH}/{{dataset_id}}", data_endpoint(DATASETS, update_dataset), methods=["PUT"]),
    Route(f"{PATH}/{{dataset_id}}", data_endpoint(DATASETS, delete_dataset), methods=["DELETE"]),
)
