"""The columns of a dataset at Amazon, one at a time: add, rename, describe."""

from __future__ import annotations

import re
from typing import Final

from pydantic import ValidationError

from lading import amazon
from lading.destinations.dataset import column_of
from lading.destinations.dataset_changes import changes_between
from lading.errors import SettingsError
from lading.service.datasets import managing
from lading.service.datasets.ensuring import check
from lading.service.datasets.managing import DatasetView, view
from lading.service.datasets.places import Place, asking
from lading.settings.dataset_columns import AMAZONS_OWN, DatasetColumn

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,126}", re.ASCII)


def add(place: Place, name: str, said: dict[str, object]) -> DatasetView:
    """Add a column: as the sync's settings describe it, or as `said` does in their words.

    Raises:
        SettingsError: it cannot be added later, is there already, or is described by nothing.

    """
    column = column_of(checked_name(name), _described(place, name, said))
    found = managing.show(place).dataset
    if found.column(name):
        raise SettingsError(f"{place.where} has a column {name} already", code="column_exists")
    only = amazon.Dataset(
        found.dataset_id, (*found.columns, column), found.period, encryption_key_arn=found.encryption_key_arn
    )
    check(place.sync or place.dataset_id, changes_between(only, found))
    with asking(place):
        return view(
            place, place.client.datasets.add_column(place.instance, place.dataset_id, column), "column added"
        )


def rename(place: Place, name: str, new: str) -> DatasetView:
    """Rename a column. Its values stay."""
    with asking(place):
        found = place.client.datasets.update_column(
            place.instance, place.dataset_id, name, name=checked_name(new)
        )
    return view(place, found, "column renamed")


def describe(place: Place, name: str, text: str) -> DatasetView:
    """Describe a column anew."""
    with asking(place):
        found = place.client.datasets.update_column(place.instance, place.dataset_id, name, description=text)
    return view(place, found, "column described")


def checked_name(name: str) -> str:
    """The name, if Amazon takes it for a column of ours."""
    if name.lower() in AMAZONS_OWN:
        raise SettingsError(
            f"{name} is a column that Amazon fills, and it takes it only when a dataset is created: `lading dataset recreate SYNC`",
            code="fixed_column",
        )
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name for a column: lower-case letters, digits and _, a letter first",
            code="wrong_value",
        )
    return name


def _described(place: Place, name: str, said: dict[str, object]) -> DatasetColumn:
    known = place.target.columns.get(name) if place.target else None
    if known is not None and not said:
        return known
    try:
        return DatasetColumn.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(
            f"column {name}: {first['msg']}. Say what it holds with --type, --identifier, --country-code or --consent, or write it "
            "under `columns:` of the sync",
            code="wrong_value",
        ) from None  # fmt: skip
