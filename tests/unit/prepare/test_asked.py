from __future__ import annotations

import hashlib

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.prepare.asked import Asked, ask, columns_of
from lading.prepare.profiles import PROFILES


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asked(*countries: str, **columns: list[str | None]) -> Asked:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("row", 1)
    return ask(table, countries, "list.csv")


def test_an_id_is_taken_as_it_is_and_as_the_settings_may_hash_it() -> None:
    found = asked(external_id=[" c-1 ", "ann@x.yz", None], email=[None, None, "b@x.yz"])
    assert found.values["external_id"] == {"c-1", sha("c-1"), sha("ann@x.yz")}
    assert found.counts == {"external_id": 2, "email": 1}


def test_an_address_is_hashed_by_every_profile_and_choice() -> None:
    hashes = asked(email=["Ann_Lee+news@Gmail.com"]).values["email"]
    for text in ("ann_leenews@gmail.com", "ann_lee+news@gmail.com", "ann_lee@gmail.com", "annlee@gmail.com"):
        assert sha(text) in hashes


def test_a_telephone_is_hashed_for_every_country_that_it_may_be_of() -> None:
    hashes = asked("DE", "US", phone=["030 1234567"]).values["phone"]
    assert sha("49301234567") in hashes
    assert hashes < asked("DE", "US", "GB", phone=["030 1234567"]).values["phone"]
    named = asked("US", phone=["030 1234567"], country=["de"]).values["phone"]
    assert sha("49301234567") in named


def test_a_telephone_is_hashed_with_its_plus_too() -> None:
    hashes = asked("DE", phone=["4964721108"]).values["phone"]
    assert {sha("+4964721108"), sha("+494964721108"), sha("4964721108"), sha("494964721108")} <= hashes


def test_a_hash_is_taken_as_it_is() -> None:
    assert sha("a@x.yz") in asked(email=[sha("a@x.yz").upper()]).values["email"]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"email": ["not an address"]}, "row 1: its email is none"),
        ({"phone": ["12"]}, r"row 1: its phone is none that could have been sent \(of which country"),
        ({"external_id": ["c-1", " "]}, "row 2: names nobody"),
        ({"external_id": ["c-1"], "country": ["XX"]}, "row 1: 'XX' is no country"),
    ],
)
def test_who_is_nobody_is_named_by_row_alone(columns: dict[str, list[str | None]], says: str) -> None:
    with pytest.raises(SettingsError, match=f"list.csv, {says}") as caught:
        asked(**columns)
    assert "not an address" not in str(caught.value)


def test_nothing_shows_whom_it_is_about() -> None:
    assert repr(asked(email=["a@x.yz"])) == "Asked({'email': 1})"


def test_columns_are_found_by_their_usual_names() -> None:
    assert columns_of(["Customer-ID", "E-Mail", "Mobile", "x"]) == {
        "external_id": "Customer-ID", "email": "E-Mail", "phone": "Mobile",
    }  # fmt: skip
    assert columns_of(["c-17"]) == {}


def test_every_profile_has_rules_for_what_may_be_asked() -> None:
    assert all({"email", "phone"} <= set(one.rules) for one in PROFILES.values())
