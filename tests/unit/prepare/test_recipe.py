from __future__ import annotations

import pytest

from lading.errors import SettingsError
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe


def test_without_an_id_column_the_id_has_to_be_derived() -> None:
    columns = resolve(["email"], None)
    with pytest.raises(SettingsError, match="external_id: derive"):
        Recipe(columns)
    assert Recipe(columns, external_id="derive").external_id == "derive"


@pytest.mark.parametrize(
    ("given", "code"), [("us", "US"), ("UK", "GB"), ("Deutschland", "DE"), ("", None), (None, None)]
)
def test_the_default_country_may_be_a_name(given: str | None, code: str | None) -> None:
    assert Recipe(resolve(["email", "id", "user_id"], None), default_country=given).default_country == code


def test_a_default_country_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="'Narnia' is no country"):
        Recipe(resolve(["email", "user_id"], None), default_country="Narnia")
