from __future__ import annotations

import polars as pl
import pytest

from lading.model.countries import MATCHED
from lading.prepare.normalize.country import code, country
from lading.prepare.profiles.amc import PLACEHOLDERS
from lading.prepare.tables.countries import TABLE

NAMES = {
    "us": "US", "USA": "US", "U.S.A.": "US", "United States of America": "US", "Estados Unidos": "US", "UK": "GB", "gbr": "GB",
    "England": "GB", "Deutschland": "DE", "Germany": "DE", "España": "ES", "espana": "ES", "Italia": "IT", "भारत": "IN",
    "日本": "JP", "Nederland": "NL", "the Netherlands": "NL", "Belgique": "BE", "Türkiye": "TR", "Turkey": "TR", "Polska": "PL",
    "Sverige": "SE", "México": "MX", "Brasil": "BR", "مصر": "EG", "Côte d'Ivoire": "CI", "NA": "NA", "Korea": "KR",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_codes_and_names_are_known(name: str) -> None:
    assert code(name) == NAMES[name]


def test_the_table_is_whole() -> None:
    codes = [line[:2] for line in TABLE.strip().splitlines()]
    assert len(codes) == len(set(codes)) == 250
    assert set(codes) >= MATCHED
    assert all(code(one) == one for one in codes)


def test_rows_without_a_country_take_the_default() -> None:
    named = pl.Series(["uk", None, " ", "Narnia", "n/a", "NA"])
    done = country(named, "DE", PLACEHOLDERS)
    assert done["text"].to_list() == ["GB", "DE", "DE", "DE", "DE", "NA"]
    assert done["finding"].to_list() == [None, None, None, "country_unknown", None, None]


def test_without_a_default_it_stays_open() -> None:
    assert country(pl.Series(["Narnia", None, "us"]), None, PLACEHOLDERS)["text"].to_list() == [
        None,
        None,
        "US",
    ]
