from __future__ import annotations

import polars as pl
import pytest

from lading.model.countries import MATCHED
from lading.prepare.normalize.country import code, country
from lading.prepare.profiles.amc import PLACEHOLDERS
from lading.prepare.tables.countries import TABLE
from lading.prepare.tables.countries_elsewhere import ELSEWHERE

NAMES = {
    "us": "US", "USA": "US", "U.S.A.": "US", "United States of America": "US", "Estados Unidos": "US", "UK": "GB", "gbr": "GB",
    "England": "GB", "Deutschland": "DE", "Germany": "DE", "España": "ES", "espana": "ES", "Italia": "IT", "भारत": "IN",
    "日本": "JP", "Nederland": "NL", "the Netherlands": "NL", "Belgique": "BE", "Türkiye": "TR", "Turkey": "TR", "Polska": "PL",
    "Sverige": "SE", "México": "MX", "Brasil": "BR", "مصر": "EG", "Côte d'Ivoire": "CI", "NA": "NA", "Korea": "KR",
    "Frankreich": "FR", "États-Unis": "US", "Reino Unido": "GB", "Germania": "DE", "Suomi": "FI", "Ελλάδα": "GR", "中国": "CN", "Česko": "CZ",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_codes_and_names_are_known(name: str) -> None:
    assert code(name) == NAMES[name]


def test_the_table_is_whole() -> None:
    codes = [line[:2] for line in TABLE.strip().splitlines()]
    assert len(codes) == len(set(codes)) == 250
    assert set(codes) >= MATCHED
    assert all(code(one) == one for one in codes)


def test_every_name_of_the_table_is_its_country_however_it_is_written() -> None:
    lines = [line.split(" ", 2) for line in TABLE.strip().splitlines()]
    names = {name: two for two, three, names in lines for name in (two, three, *names.split("|"))}
    further = [line.split(" ", 1) for line in ELSEWHERE.strip().splitlines()]
    names |= {name: two for two, names in further for name in names.split("|")}
    assert len(names) > 900
    wrong = {
        spelled: code(spelled)
        for name, two in names.items()
        for spelled in (name, name.upper(), name.lower(), f" {name} ".replace(" ", "  "))
        if code(spelled) != two
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "two"),
    [("Belgium", "BE"), ("België", "BE"), ("Switzerland", "CH"), ("Schweiz", "CH"), ("UK", "GB")],
)
def test_countries_that_the_destinations_of_others_name(name: str, two: str) -> None:
    assert code(name) == two


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
