"""The dataset is at Amazon and has the columns of the settings, before anything is uploaded to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from lading import amazon
from lading.crashpoints import reach
from lading.destinations.dataset import dataset_of
from lading.destinations.dataset_changes import DatasetChanges, changes_between
from lading.errors import Problem, Remedy, SettingsError
from lading.ledger.dataset_rows import NewDataset
from lading.service.datasets.at_amazon import AtAmazon
from lading.service.parts import Parts
from lading.service.work import Work, target_of
from lading.settings.datasets import DatasetTarget


def ensure(work: Work, at: AtAmazon) -> None:
    """Make the dataset if it is missing, and add what it lacks. Again after a crash: Amazon tells what is there.

    Raises SettingsError where it differs in something that Amazon never changes, with the ways out.
    """
    parts, target = work.parts, work.dataset
    new = NewDataset(
        target=work.claim.target, sync=work.name, connection=target.connection, dataset_id=target.id
    )
    found, known = at.dataset(), parts.ledger.datasets.get(work.claim.target)
    made = found is None
    if found is None:
        if known and known.edition:
            parts.ledger.datasets.emptied(known.target, who=parts.doer, planned=True)
        parts.ledger.datasets.creating(work.claim, new)
        parts.progress.say(f"Creating dataset {target.id}")
        found = _create(at, target)
    _bring_up_to_date(work, at, found)
    if known is None or known.state.value != "ready":
        parts.ledger.datasets.ready(work.claim, new, made=made)


def look(parts: Parts, name: str, at: AtAmazon) -> amazon.Dataset | None:
    """What Amazon keeps of the dataset, before anything is planned. One that was filled and is gone has to be filled anew."""
    found, target = at.dataset(), target_of(name, parts.sync(name))
    known = parts.ledger.datasets.get(target)
    if found is None and known is not None and (known.watermark or parts.ledger.datasets.periods(target)):
        parts.progress.say(f"Amazon has no dataset {at.dataset_id} any more: all of its rows are sent again")
        parts.ledger.datasets.emptied(target, who=parts.doer)
    return found


def foreseen(parts: Parts, name: str, found: amazon.Dataset | None) -> tuple[str, ...]:
    """What `ensure` would do, in words. Raises SettingsError for what cannot be done."""
    target = parts.dataset(name)
    if found is None:
        return (f"dataset {target.id} is created, with {len(target.columns)} columns",)
    changes = changes_between(dataset_of(target), found)
    check(name, changes)
    return tuple(_words(changes))


def _words(changes: DatasetChanges) -> Iterator[str]:
    for column in changes.columns:
        yield f"column {column.name} is added ({column.data_type}); it is empty in the rows that are there"
    for column_name in changes.described:
        yield f"column {column_name} is described anew"
    if changes.description is not None:
        yield "the dataset is described anew"
    if changes.country is not None:
        yield f"the dataset's country becomes {changes.country}"


def _create(at: AtAmazon, target: DatasetTarget) -> amazon.Dataset:
    """Create it. A lost answer, or one that says it exists, is settled by asking for it."""
    wanted = dataset_of(target)

    def make() -> amazon.Dataset:
        reach("create_dataset.before_send")
        try:
            at.client.datasets.create(at.instance, wanted)
        except amazon.BadRequest:
            if (there := at.dataset()) is None:
                raise
            return there
        finally:
            reach("create_dataset.after_answer")
        return at.dataset() or wanted

    return at.asked(make)


def _bring_up_to_date(work: Work, at: AtAmazon, found: amazon.Dataset) -> None:
    """Change what differs. After a crash, or a lost answer, Amazon's present state says what is left to do."""
    changes = changes_between(dataset_of(work.dataset), found)
    check(work.name, changes)
    if words := ", ".join(_words(changes)):
        work.parts.progress.say(f"Changing dataset {at.dataset_id}: {words}")
    for column in changes.columns:
        _change(at, partial(_add, at, column))
    for name, text in changes.described.items():
        _change(at, partial(_describe, at, name, text))
    if changes.description is not None or changes.country is not None:
        _change(at, partial(_update, at, changes))


def _change(at: AtAmazon, change: Callable[[], object]) -> None:
    def talk() -> None:
        reach("change_dataset.before_send")
        try:
            change()
        finally:
            reach("change_dataset.after_answer")

    at.asked(talk)


def _add(at: AtAmazon, column: amazon.Column) -> None:
    """Add a column. One that is there already was added by a request whose answer was lost."""
    try:
        at.client.datasets.add_column(at.instance, at.dataset_id, column)
    except amazon.BadRequest:
        found = at.dataset()
        if found is None or found.column(column.name) is None:
            raise


def _describe(at: AtAmazon, name: str, text: str) -> None:
    at.client.datasets.update_column(at.instance, at.dataset_id, name, description=text)


def _update(at: AtAmazon, changes: DatasetChanges) -> None:
    at.client.datasets.update(
        at.instance, at.dataset_id, description=changes.description, country=changes.country
    )


def check(name: str, changes: DatasetChanges) -> None:
    """Raises SettingsError (`dataset_differs`) for what can never be changed of the dataset of sync `name`, one problem each."""
    if not changes.refusals:
        return
    place = f"syncs.{name}.to.dataset"
    raise SettingsError(
        "; ".join(f"{one.where} {one.message}" for one in changes.refusals), where=place, code="dataset_differs",
        problems=tuple(
            Problem("dataset_differs", Remedy.SETTINGS, f"{place}.{one.where}", one.message.replace("SYNC", name))
            for one in changes.refusals
        ),
    )  # fmt: skip
