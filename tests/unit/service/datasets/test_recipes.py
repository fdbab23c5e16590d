"""From settings to a recipe."""

from __future__ import annotations

from typing import Any

import pytest

from lading.errors import SettingsError
from lading.prepare.datasets.recipe import Column, DatasetRecipe
from lading.service.datasets.recipes import OUR_NAMES, recipe_of
from lading.settings.dataset_columns import HashedIdentifier

NAMES = ("order_id", "purchased_at", "amount", "email", "country", "ad_consent")


def recipe(sync: Any, *columns: str) -> DatasetRecipe:
    return recipe_of(sync, sync.to.dataset, columns)


def test_every_identifier_that_is_hashed_has_a_rule() -> None:
    assert set(OUR_NAMES) == set(HashedIdentifier.__args__)


def test_columns_are_found_as_the_source_spells_them(make_sync: Any) -> None:
    wish = recipe(make_sync(country="US"), "Order ID", *NAMES[1:], "note")
    assert wish.columns[:2] == (
        Column(name="order_id", source="Order ID", nullable=False),
        Column(name="purchased_at", source="purchased_at", type="TIMESTAMP", event_time=True),
    )
    assert (wish.period, wish.unnamed, wish.has_identifiers) == ("P1D", ("note",), True)
    assert wish.searched == ("Order ID", "purchased_at", "amount", "country", "ad_consent", "note")
    assert (wish.people.default_country, wish.people.consent) == ("US", "uk_eea")
    assert (wish.people.mapping.country, wish.people.mapping.consent) == (
        "country",
        {"amzn_user_data": "ad_consent"},
    )


def test_a_missing_column_is_named_with_its_nearest(make_sync: Any) -> None:
    with pytest.raises(
        SettingsError,
        match=r"columns.order_id: the source has no column 'order_id'; did you mean 'ordr_id'\?",
    ):
        recipe(make_sync(), "ordr_id", *NAMES[1:])


def test_a_dataset_without_identifiers_needs_nobodys_consent(make_sync: Any) -> None:
    wish = recipe(make_sync({"sku": {"type": "STRING", "source": "SKU"}}), "SKU")
    assert (wish.period, wish.people.consent, wish.has_identifiers) == (None, "never", False)


@pytest.mark.parametrize("own", ["user_id", "USER_ID_TYPE"])
def test_amazons_own_columns_are_refused(make_sync: Any, own: str) -> None:
    with pytest.raises(SettingsError, match=rf"leave it out by drop: \[{own}\]") as refused:
        recipe(make_sync(), *NAMES, own)
    assert refused.value.problem_code == "amazons_column"
    recipe(make_sync(drop=[own]), *NAMES, own)
    renamed = {"customer": {"source": own, "type": "STRING"}}
    assert recipe(make_sync(renamed), own).columns[0].source == own


def test_what_is_dropped_is_not_searched_and_what_is_allowed_is_named_by_its_source(make_sync: Any) -> None:
    wish = recipe(
        make_sync(drop=["phone"], allow={"amount": "reviewed", "remarks": "public"}),
        *NAMES,
        "phone",
        "remarks",
    )
    assert wish.unnamed == ("remarks",)
    assert wish.allow == {"amount": "reviewed", "remarks": "public"}
