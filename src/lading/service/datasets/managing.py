"""Datasets at Amazon, one step at a time: create, list, show, describe, delete, make anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lading import amazon
from lading.amazon import Dataset
from lading.destinations.dataset import dataset_of
from lading.destinations.dataset_changes import DatasetChanges, changes_between
from lading.service.datasets.at_amazon import instance_of
from lading.service.datasets.ensuring import check
from lading.service.datasets.places import Place, asking, owned
from lading.service.parts import Parts

#: From so many datasets on, the listing warns: Amazon takes 5,000 in an instance.
NEARLY_FULL: Final = amazon.MAX_DATASETS * 9 // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """One dataset as Amazon keeps it, and what became of it now."""

    dataset: Dataset
    instance: str
    connection: str
    sync: str | None
    #: `created`, `exists`, `found`, `described`, `deleted`.
    done: str
    #: What the settings would still change of it, in words.
    changes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The facts by name."""
        return {
            "dataset_id": self.dataset.dataset_id,
            "instance": self.instance,
            "connection": self.connection,
            "sync": self.sync,
            "done": self.done,
            "kind": kind_of(self.dataset),
            "period": self.dataset.period,
            "country": self.dataset.country,
            "description": self.dataset.description,
            "encryption_key": self.dataset.encryption_key_arn,
            "columns": self.dataset.columns,
            "changes": self.changes,
        }


def kind_of(dataset: Dataset) -> str:
    """Events, which have a time, or a table."""
    return "events" if any(one.main_event_time for one in dataset.columns) else "table"


def create(parts: Parts, place: Place) -> DatasetView:
    """Create the dataset of a sync, or go on with one that is there and has the same columns.

    Raises:
        SettingsError: one is there that differs in what Amazon never changes; each difference is named.

    """
    wanted = dataset_of(owned(place))
    with asking(place):
        found = _find(place)
        if found is None:
            place.client.datasets.create(place.instance, wanted)
            parts.progress.say(f"Created {place.where}")
            return view(place, _find(place) or wanted, "created")
    changes = changes_between(wanted, found)
    check(place.sync or place.dataset_id, changes)
    return view(place, found, "exists")


def show(place: Place) -> DatasetView:
    """One dataset as it is at Amazon."""
    with asking(place):
        return view(place, place.client.datasets.get(place.instance, place.dataset_id), "found")


def describe(place: Place, text: str | None, country: str | None) -> DatasetView:
    """Change what can be changed of a dataset."""
    with asking(place):
        found = place.client.datasets.update(
            place.instance, place.dataset_id, description=text, country=country
        )
    return view(place, found, "described")


def list_datasets(parts: Parts, connections: Sequence[str]) -> tuple[DatasetView, ...]:
    """All datasets of the instances that these connections lead to; of each instance once."""
    seen: set[str] = set()
    found: list[DatasetView] = []
    for name in connections:
        instance = instance_of(parts, name)
        if instance.instance_id in seen:
            continue
        seen.add(instance.instance_id)
        filled = {
            target.id: sync
            for sync, one in parts.settings.syncs.items()
            if (target := one.to.dataset) and instance_of(parts, target.connection) == instance
        }
        place = Place(dataset_id="", connection=name, instance=instance, client=parts.amazon(name))
        with asking(place):
            listed = place.client.datasets.list(instance)
        found += [
            DatasetView(dataset=one, instance=instance.instance_id, connection=name, sync=filled.get(one.dataset_id), done="found")
            for one in listed
        ]  # fmt: skip
    return tuple(found)


def fullness(found: Sequence[DatasetView]) -> tuple[str, ...]:
    """Warnings of instances that have room for few more datasets."""
    counted = {one.instance: 0 for one in found}
    for one in found:
        counted[one.instance] += 1
    return tuple(
        f"{instance} has {number:,} datasets, and Amazon takes {amazon.MAX_DATASETS:,}: delete what nobody needs"
        for instance, number in counted.items()
        if number >= NEARLY_FULL
    )


def view(place: Place, found: Dataset, done: str) -> DatasetView:
    """A dataset with what its sync would change of it."""
    changes = changes_between(dataset_of(place.target), found) if place.target else DatasetChanges()
    return DatasetView(
        dataset=found, instance=place.instance.instance_id, connection=place.connection, sync=place.sync, done=done,
        changes=tuple(words_of(changes)),
    )  # fmt: skip


def words_of(changes: DatasetChanges) -> tuple[str, ...]:
    """What is still to be changed, line by line."""
    return (
        *(f"column {one.name} is missing" for one in changes.columns),
        *(f"column {name} is to be described anew" for name in changes.described),
        *(("the dataset is to be described anew",) if changes.description is not None else ()),
        *((f"the country is to become {changes.country}",) if changes.country is not None else ()),
        *(f"{one.where} {one.message}" for one in changes.refusals),
    )


def _find(place: Place) -> Dataset | None:
    try:
        return place.client.datasets.get(place.instance, place.dataset_id)
    except amazon.NotFound:
        return None
