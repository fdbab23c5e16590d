"""From the settings of a dataset's sync to the recipe for its rows."""

from __future__ import annotations

from collections.abc import Sequence

from lading.prepare.datasets.recipe import DatasetRecipe
from lading.prepare.suppression import NOBODY, Suppression
from lading.settings.datasets import DatasetTarget
from lading.settings.syncs import Sync


def recipe_of(
    sync: Sync, target: DatasetTarget, columns: Sequence[str], suppression: Suppression = NOBODY
) -> DatasetRecipe:
    """How the rows of a source with these columns become rows of the dataset.

    Raises SettingsError where a column is missing (naming the nearest), or the file brings user_id or user_id_type.
    """
    raise NotImplementedError(sync, target, columns, suppression)
