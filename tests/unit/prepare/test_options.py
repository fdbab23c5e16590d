from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import Any

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.prepare.explain import explain
from lading.prepare.hashing import hashed
from lading.prepare.mapping import resolve
from lading.prepare.options import DEFAULT, Options
from lading.prepare.profiles import AMC, PROFILES, profile
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare

CHANGED: list[dict[str, Any]] = [
    {"email_plus": "keep"}, {"email_plus": "drop-tag"}, {"email_underscore": "strip"}, {"email_non_ascii": "keep"},
    {"email_non_ascii": "strip"}, {"gmail": True}, {"phone_plus": "keep"}, {"postal_case": "lower"}, {"pad_zip": True},
    {"state_native_names": True}, {"on_invalid": "keep"},
]  # fmt: skip


def text(options: dict[str, Any], field: str, value: str, country: str | None = None) -> str | None:
    return explain(field, value, country, profile("amc", Options(**options))).normalized


@pytest.mark.parametrize(
    ("options", "value", "normalized"),
    [
        ({"email_plus": "keep"}, "Jo+News+2@X.yz", "jo+news+2@x.yz"),
        ({"email_plus": "drop-tag"}, "Jo+News+2@X.yz", "jo@x.yz"),
        ({"email_plus": "drop-tag"}, "+news@x.yz", None),
        ({"email_plus": "drop-tag"}, "jo@x+y.z", "jo@xy.z"),
        ({"email_underscore": "strip"}, "jo_doe@x.yz", "jodoe@x.yz"),
        ({"email_underscore": "strip"}, "_@x.yz", None),
        ({"email_non_ascii": "keep"}, "Jürgen@x.yz", "jürgen@x.yz"),
        ({"email_non_ascii": "strip"}, "Jürgen@x.yz", "jrgen@x.yz"),
        ({"gmail": True}, "jo.e.doe+news@Gmail.com", "joedoe@gmail.com"),
        ({"gmail": True}, "jo.doe@googlemail.com", "jodoe@googlemail.com"),
        ({"gmail": True}, "jo.doe+news@x.yz", "jo.doenews@x.yz"),
        ({"gmail": True}, "+a@gmail.com", None),
        ({"gmail": True, "email_plus": "keep"}, "jo.doe+news@x.yz", "jo.doe+news@x.yz"),
    ],
)
def test_email_addresses_by_the_options(options: dict[str, Any], value: str, normalized: str | None) -> None:
    assert text(options, "email", value) == normalized


@pytest.mark.parametrize(
    ("country", "value", "padded"),
    [
        ("US", "2139", "02139"), ("US", "501", "00501"), ("US", "51", None), ("US", "2139-1234", "02139"), ("DE", "1067", "01067"),
        ("DE", "106", None), ("JP", "600000", "0600000"), ("IN", "40001", None), ("CA", "1234", None), ("US", "94107", "94107"),
    ],
)  # fmt: skip
def test_lost_zeros_are_given_back_only_where_the_option_says_so(
    country: str, value: str, padded: str | None
) -> None:
    assert text({"pad_zip": True}, "postal", value, country) == padded


def test_filling_is_told_and_left_out_by_default() -> None:
    assert text({}, "postal", "2139", "US") is None
    told = explain("postal", "2139", "US", profile("amc", Options(pad_zip=True)))
    assert told.finding == "postal_padded"


@pytest.mark.parametrize(
    ("country", "value", "number"),
    [
        ("US", "(415) 555-0160", "+14155550160"), ("GB", "07700 900468", "+447700900468"), (None, "+44 7700 900468", "+447700900468"),
        ("DE", "0049 30 1234567", "+49301234567"), ("US", "12", None), (None, "415 555 0160", None),
    ],
)  # fmt: skip
def test_phones_with_their_plus(country: str | None, value: str, number: str | None) -> None:
    assert text({"phone_plus": "keep"}, "phone", value, country) == number
    assert text({}, "phone", value, country) == (number and number.removeprefix("+"))


def test_other_spellings_of_a_phone_have_the_plus_too() -> None:
    frame = row(phone="4964721108", country="DE")
    rules = profile("amc", Options(phone_plus="keep"))
    kinds = Recipe(
        resolve(frame.columns[1:], None), profile=rules, external_id="derive", variants=("phone_trunk",)
    )
    assert prepare(frame, kinds).sets["phone"].to_list() == [
        hashlib.sha256(number.encode()).hexdigest() for number in ("+4964721108", "+494964721108")
    ]


def test_postal_codes_in_lower_case() -> None:
    assert text({"postal_case": "lower"}, "postal", "EC1A 1BB", "GB") == "ec1a1bb"


@pytest.mark.parametrize(
    ("country", "value", "code"),
    [("DE", "Bayern", "by"), ("DE", "Thüringen", "th"), ("FR", "Bretagne", "bt"), ("IT", "Firenze", "fi"), ("IT", "Roma", "rm")],
)  # fmt: skip
def test_native_names_of_states(country: str, value: str, code: str) -> None:
    assert text({"state_native_names": True}, "state", value, country) == code


def row(**values: str) -> pl.DataFrame:
    return pl.DataFrame({"row": [7]} | values, schema_overrides={"row": pl.UInt64})


def recipe(frame: pl.DataFrame, **options: Any) -> Recipe:
    return Recipe(
        resolve(frame.columns[1:], None), profile=profile("amc", Options(**options)), external_id="derive"
    )


def test_an_invalid_value_is_kept_and_told() -> None:
    frame = row(email="nobody", city="東京", phone="")
    done = prepare(frame, recipe(frame, on_invalid="keep"))
    assert done.sets.select("email", "city", "phone").row(0) == (
        hashlib.sha256(b"nobody").hexdigest(),
        hashlib.sha256("東京".encode()).hexdigest(),
        None,
    )
    assert done.findings["code"].to_list() == ["kept_invalid", "kept_invalid"]


def test_another_hash_is_never_kept() -> None:
    frame = row(email="ab" * 16, city="Ulm")
    done = prepare(frame, recipe(frame, on_invalid="keep"))
    assert done.sets["email"].to_list() == [None]
    assert done.findings["code"].to_list() == ["hash_of_other_kind"]


def test_an_invalid_value_stops_everything() -> None:
    frame = row(email="secret@nowhere@x", city="Ulm")
    with pytest.raises(SettingsError, match=r"row 7, column email: s.* is no e-mail address") as caught:
        prepare(frame, recipe(frame, on_invalid="error"))
    assert caught.value.problem_code == "email_invalid"
    assert "nowhere" not in str(caught.value)


def test_placeholders_and_lossy_values_stop_nothing() -> None:
    frame = row(email="n/a", city="München", first_name="Jo")
    assert prepare(frame, recipe(frame, on_invalid="error")).sets.height == 1


def test_options_that_change_hashes_change_the_name() -> None:
    names = {profile("amc", Options(**changed)).id for changed in CHANGED}
    assert len(names | {AMC.id}) == len(CHANGED) + 1
    assert profile("amc", Options(on_invalid="error")).id == profile("amc").id == "amc"


def test_every_option_is_in_the_name() -> None:
    assert {next(iter(changed)) for changed in CHANGED} == {one.name for one in fields(Options)}


def test_a_long_name_fits_into_the_ledger_and_still_tells_options_apart() -> None:
    many = Options("drop-tag", "strip", "strip", gmail=True, postal_case="lower", pad_zip=True)
    names = [many.name("amc"), replace(many, state_native_names=True).name("amc")]
    assert names[0] != names[1]
    assert all(len(name) <= 56 for name in names)
    assert names[0].startswith("amc+6-options-")


@pytest.mark.parametrize("name", [name for name in PROFILES if name != "amc"])
def test_profiles_that_follow_a_program_have_no_options(name: str) -> None:
    assert profile(name, DEFAULT) is PROFILES[name]
    with pytest.raises(SettingsError, match="has no options"):
        profile(name, Options(gmail=True))


def test_a_value_that_is_there_is_the_same_under_options_that_do_not_meet_it() -> None:
    plain = pl.Series(["jo@x.yz", "Jo Doe <j.d@x.yz>", None])
    lands = pl.Series([None] * 3, dtype=pl.String)
    for changed in CHANGED:
        rules = profile("amc", Options(**changed)).rules["email"]
        assert (
            hashed(plain, lands, rules, frozenset()).rows()
            == hashed(plain, lands, AMC.rules["email"], frozenset()).rows()
        )
