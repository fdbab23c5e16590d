"""`.../dataSets/{dataSetId}/columns`: columns of a data set, added, renamed, described and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import dataset_rules
from amc_sandbox.families import COLUMNS, Refusal
from amc_sandbox.routes.advertiser_data import ROOT, data_endpoint, idle_dataset, refuse_if
from amc_sandbox.shapes import dataset as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.datasets import Dataset
from amc_sandbox.wire import Answer, Call
from amc_sandbox.world import Instance


def add_column(call: Call, instance: Instance) -> Answer:
    dataset = idle_dataset(call, instance)
    added = dict(read(shapes.NEW_COLUMN, call.body)["column"])
    refuse_if(dataset_rules.added_errors(dataset.columns, added))
    return _kept(call, dataset, [*dataset.columns, dataset_rules.whole_column(added)])


def update_column(call: Call, instance: Instance) -> Answer:
    """Its name and its description; what it is cannot be changed."""
    dataset = idle_dataset(call, instance)
    old = _column(call, dataset)
    wish = read(shapes.CHANGED_COLUMN, call.body or b"{}")
    new = old | {"name": wish.get("updatedColumnName", old["name"])}
    if "updateDescription" in wish:
        new["description"] = wish["updateDescription"]
    answer = _kept(call, dataset, [new if one is old else one for one in dataset.columns])
    if new["name"] != old["name"]:
        call.sandbox.ingestion.rename_column(
            dataset.instance_id, dataset.dataset_id, old["name"], new["name"]
        )
    return answer


def delete_column(call: Call, instance: Instance) -> Answer:
    dataset = idle_dataset(call, instance)
    gone = _column(call, dataset)
    for role in dataset_rules.NOT_DELETED:
        if gone.get(role):
            raise Refusal(400, f"A column with {role} cannot be deleted")
    answer = _kept(call, dataset, [one for one in dataset.columns if one is not gone])
    call.sandbox.ingestion.drop_column(dataset.instance_id, dataset.dataset_id, gone["name"])
    return answer


def _column(call: Call, dataset: Dataset) -> dict[str, Any]:
    name = call.path("column_name")
    found = dataset.column(name)
    if found is None:
        raise Refusal(404, f"Column {name} not found in data set {dataset.dataset_id}")
    return found


def _kept(call: Call, dataset: Dataset, columns: Sequence[dict[str, Any]]) -> Answer:
    """The data set with these columns, when they are lawful together."""
    refuse_if(dataset_rules.column_errors(columns, strict_names=call.sandbox.policy.strict_column_names))
    changed = replace(dataset, definition=dataset.definition | {"columns": list(columns)})
    call.sandbox.datasets.change(changed)
    return Answer(200, {"dataSet": changed.definition})


PATH: Final = f"{ROOT}/dataSets/{{dataset_id}}/columns"
ROUTES: Final = (
    Route(PATH, data_endpoint(COLUMNS, add_column), methods=["POST"]),
    Route(f"{PATH}/{{column_name}}", data_endpoint(COLUMNS, update_column), methods=["PUT"]),
    Route(f"{PATH}/{{column_name}}", data_endpoint(COLUMNS, delete_column), methods=["DELETE"]),
)
