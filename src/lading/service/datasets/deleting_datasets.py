"""Deleting what never comes back: a dataset with all of its rows, or a column with all of its values."""

from __future__ import annotations

from dataclasses import replace

from lading import amazon
from lading.destinations.dataset import dataset_of
from lading.errors import SettingsError, TargetBusy
from lading.service.datasets import managing
from lading.service.datasets.at_amazon import instance_of
from lading.service.datasets.managing import DatasetView, view
from lading.service.datasets.places import Place, asking, owned
from lading.service.parts import Parts


def confirm(what: str, typed: str) -> None:
    """Whoever deletes types the name of it. Raises SettingsError (`not_confirmed`) for anything else."""
    if typed.strip() != what:
        raise SettingsError(
            f"{typed.strip()!r} is not {what}: nothing was deleted. Type {what} when asked, or give `--yes {what}`",
            code="not_confirmed",
        )


def delete(parts: Parts, place: Place) -> DatasetView:
    """Delete a dataset, and forget what was sent to it. Written to the audit log, before and after."""
    found = managing.show(place)
    _check_runs(parts, place)
    _note(parts, place, "dataset to be deleted")
    with asking(place):
        place.client.datasets.delete(place.instance, place.dataset_id)
    for target in _targets(parts, place):
        parts.ledger.datasets.emptied(target, who=parts.doer)
    _note(parts, place, "dataset deleted")
    return replace(found, done="deleted", changes=())


def recreate(parts: Parts, place: Place) -> DatasetView:
    """Delete the dataset of a sync, if it is there, and make it as the settings say. The next run sends all rows again."""
    wanted = dataset_of(owned(place))
    if at_amazon(place):
        delete(parts, place)
    with asking(place):
        place.client.datasets.create(place.instance, wanted)
        return view(place, place.client.datasets.get(place.instance, place.dataset_id), "created")


def at_amazon(place: Place) -> bool:
    """Whether there is something to delete."""
    with asking(place):
        try:
            place.client.datasets.get(place.instance, place.dataset_id)
        except amazon.NotFound:
            return False
        return True


def delete_column(parts: Parts, place: Place, name: str) -> DatasetView:
    """Delete a column with its values.

    Raises:
        SettingsError: there is no such column, or it is one that Amazon never deletes.

    """
    found = managing.show(place)
    column = found.dataset.column(name)
    if column is None:
        raise SettingsError(f"{place.where} has no column {name}", code="no_column")
    if column.main_event_time or column.main_user_id:
        raise SettingsError(
            f"{name} is the time of its events or the id of its people, which Amazon does not delete: make the dataset anew, "
            "`lading dataset recreate SYNC`",
            where=place.where, code="fixed_column",
        )  # fmt: skip
    with asking(place):
        left = place.client.datasets.delete_column(place.instance, place.dataset_id, column.name)
    _note(parts, place, "column deleted", column=column.name)
    return view(place, left, "column deleted")


def _targets(parts: Parts, place: Place) -> tuple[str, ...]:
    """The ledger's names of the dataset. What it remembers of rows that are gone would keep them from being sent again."""
    known = [one for one in parts.ledger.datasets.list() if one.dataset_id == place.dataset_id]
    return tuple(
        one.target
        for one in known
        if one.connection in parts.settings.connections
        and instance_of(parts, one.connection) == place.instance
    )


def _check_runs(parts: Parts, place: Place) -> None:
    """A run that is under way would fill what is deleted under it."""
    for target in _targets(parts, place):
        if run := parts.ledger.runs.unfinished(target):
            raise TargetBusy(
                f"run {run.id} fills {place.where} and is not finished: `lading follow {run.id}` or `lading cancel {run.id}` first",
                where=place.where, code="unfinished_run",
            )  # fmt: skip


def _note(parts: Parts, place: Place, what: str, **more: str) -> None:
    where = {"dataset": place.dataset_id, "instance": place.instance.instance_id, **more}
    parts.ledger.audit.add(what, who=parts.doer, where=where)
