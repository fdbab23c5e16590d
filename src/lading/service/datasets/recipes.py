"""From the settings of a dataset's sync to the recipe for its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lading.errors import SettingsError
from lading.prepare.datasets.recipe import Column, DatasetRecipe
from lading.prepare.mapping import ColumnMap, column_named
from lading.prepare.recipe import Recipe
from lading.prepare.suppression import NOBODY, Suppression
from lading.service.identity import placeholders_of, rules_of
from lading.settings.dataset_columns import AMAZONS_OWN, DatasetColumn
from lading.settings.datasets import DatasetTarget
from lading.settings.syncs import Sync

#: Amazon's names of the identifiers that are hashed here -> ours.
OUR_NAMES: Final = {
    "EMAIL": "email", "PHONE": "phone", "FIRST_NAME": "first_name", "LAST_NAME": "last_name", "ADDRESS": "address",
    "CITY": "city", "STATE": "state", "ZIP": "postal", "COUNTRY_CODE": "country",
}  # fmt: skip


def recipe_of(
    sync: Sync, target: DatasetTarget, columns: Sequence[str], suppression: Suppression = NOBODY
) -> DatasetRecipe:
    """How the rows of a source with these columns become rows of the dataset.

    Raises SettingsError where a column is missing (naming the nearest), or the file brings user_id or user_id_type.
    """
    named = tuple(_column(name, one, columns) for name, one in target.columns.items())
    used = {column.source for column in named}
    unnamed = tuple(one for one in columns if one not in used and one not in target.drop)
    _refuse_amazons_own(unnamed)
    sources = {column.name: column.source for column in named}
    return DatasetRecipe(
        columns=named,
        period=target.period if target.event_time else None,
        people=_people(sync, target, named, suppression),
        unnamed=unnamed,
        allow={sources.get(name, name): reason for name, reason in target.allow.items()},
    )


def _column(name: str, settings: DatasetColumn, columns: Sequence[str]) -> Column:
    where = f"columns.{name}.source" if settings.source else f"columns.{name}"
    return Column(
        name=name, source=column_named(settings.source or name, columns, where), type=settings.data_type,
        nullable=settings.nullable, event_time=settings.event_time, timezone=settings.timezone,
        identifier=OUR_NAMES.get(settings.identifier or ""), external=(settings.identifier or "").lower() if settings.external_identifier else None,
        country=settings.country, consent=settings.consent.lower() if settings.consent else None, hash=settings.hash,
    )  # fmt: skip


def _people(sync: Sync, target: DatasetTarget, columns: Sequence[Column], suppression: Suppression) -> Recipe:
    """Who may be sent, and how they are hashed. A dataset without identifiers holds nobody whose consent is needed."""
    rules = rules_of(sync.identity)
    lands = [one.source for one in columns if one.country] + [
        one.source for one in columns if one.identifier == "country"
    ]
    mapping = ColumnMap(
        external_id=None, country=next(iter(lands), None), identifiers={},
        consent={one.consent: one.source for one in columns if one.consent},
    )  # fmt: skip
    return Recipe(
        mapping=mapping, profile=rules, default_country=target.country, external_id="derive",
        placeholders=placeholders_of(sync.identity),
        consent=sync.consent.required if target.has_identifiers else "never", suppression=suppression,
    )  # fmt: skip


def _refuse_amazons_own(unnamed: Sequence[str]) -> None:
    for column in unnamed:
        if column.lower() in AMAZONS_OWN:
            raise SettingsError(
                f"the source has a column {column}, which Amazon fills by itself and must not be uploaded: leave it out by "
                f"drop: [{column}], or send it by another name, such as columns: {{customer: {{source: {column}, type: STRING}}}}",
                where="to.dataset", code="amazons_column",
            )  # fmt: skip
