"""Data sets of AMC instances: their definitions, as Amazon shows them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amc_sandbox import dataset_rules
from amc_sandbox.clock import micros
from amc_sandbox.state.store import Store


@dataclass(frozen=True, slots=True)
class Dataset:
    #: Never used again: a data set that is created anew under an old name is another one.
    number: int
    instance_id: str
    dataset_id: str
    #: The `DataSet` of the specification, whole.
    definition: dict[str, Any]

    @property
    def columns(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.definition["columns"]
        return found

    @property
    def is_fact(self) -> bool:
        """Whether it has events, and so partitions by time."""
        return dataset_rules.holder(self.columns, "isMainEventTime") is not None

    def column(self, name: str) -> dict[str, Any] | None:
        return next((one for one in self.columns if one["name"] == name), None)


class Datasets:
    """They belong to their instance, whoever made them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, instance_id: str, definition: dict[str, Any], now: datetime) -> None:
        self._store.run(
            "insert into datasets (number, instance_id, dataset_id, definition, created_at) values (?, ?, ?, ?, ?)",
            self._store.next("dataset"), instance_id, definition["dataSetId"], json.dumps(definition), micros(now),
        )  # fmt: skip

    def get(self, instance_id: str, dataset_id: str) -> Dataset | None:
        row = self._store.row(
            "select * from datasets where instance_id = ? and dataset_id = ?", instance_id, dataset_id
        )
        return None if row is None else _dataset(row)

    def by_number(self, number: int) -> Dataset | None:
        row = self._store.row("select * from datasets where number = ?", number)
        return None if row is None else _dataset(row)

    def of(self, instance_id: str) -> list[Dataset]:
        """All of an instance, in the order in which they were made."""
        rows = self._store.rows("select * from datasets where instance_id = ? order by number", instance_id)
        return [_dataset(row) for row in rows]

    def count(self, instance_id: str) -> int:
        return self._store.number("select count(*) from datasets where instance_id = ?", instance_id)

    def counts(self) -> dict[str, int]:
        """How many each instance has."""
        rows = self._store.rows("select instance_id, count(*) from datasets group by 1 order by 1")
        return {row[0]: row[1] for row in rows}

    def change(self, dataset: Dataset) -> None:
        """Keep another definition."""
        self._store.run(
            "update datasets set definition = ? where number = ?", json.dumps(dataset.definition), dataset.number
        )  # fmt: skip

    def remove(self, dataset: Dataset) -> None:
        self._store.run("delete from datasets where number = ?", dataset.number)


def _dataset(row: sqlite3.Row) -> Dataset:
    return Dataset(row["number"], row["instance_id"], row["dataset_id"], json.loads(row["definition"]))
