from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from amc_sandbox.matching import Matcher
from amc_sandbox.people import normal_forms
from amc_sandbox.population import COLUMNS, Population

WIRE = {
    "email": "email", "phone": "phone", "firstname": "first_name", "lastname": "last_name", "address": "address",
    "city": "city", "state": "state", "postal": "postal",
}  # fmt: skip
HOME = ("firstname", "lastname", "address", "city", "state", "postal")


def _person(user: str, **known: str | None) -> dict[str, str | None]:
    clear: dict[str, str | None] = {
        "work_email": None, "phone": None, "first_name": "Ada", "last_name": "Byron", "address": "1 Oak Street",
        "city": "Boston", "state": "MA", "postal": "02101", "country": "US", "email": f"{user}@mail.us.example",
    }  # fmt: skip
    return clear | {"user_id": user} | known


PEOPLE = [
    _person("ada", phone="+16175550101", work_email="ada@works.us.example"),
    _person("bob", first_name="Bob", email="ada@mail.us.example", phone="+16175550101"),
    _person("cyd", first_name="Cyd", phone="+16175550102"),
    _person("eve", first_name="Eve", country="CH"),
    _person(
        "dee",
        first_name="Dee",
        city="Hamburg",
        state=None,
        postal="20095",
        country="DE",
        address="Amselweg 2",
    ),
]
FRAME = pl.DataFrame(PEOPLE, schema=dict.fromkeys(COLUMNS, pl.String))
MATCHER = Matcher(Population(len(PEOPLE), 0, FRAME))


def hashes(clear: dict[str, str | None], *names: str) -> dict[str, str]:
    frame = pl.DataFrame([clear], schema=dict.fromkeys(COLUMNS, pl.String))
    row: dict[str, Any] = next(normal_forms.hashed(frame).iter_rows(named=True))
    return {wire: row[column] for wire, column in WIRE.items() if row[column] and wire in (names or WIRE)}


ADA, BOB, CYD, EVE, DEE = (hashes(person) for person in PEOPLE)


def only(member: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in member.items() if name in names}


def test_each_is_found_by_everything() -> None:
    found = [
        MATCHER.resolve([member], country)
        for member, country in ((ADA, "US"), (BOB, "US"), (CYD, "US"), (DEE, "DE"))
    ]
    assert found == ["ada", "bob", "cyd", "dee"]


@pytest.mark.parametrize(
    "names", [("email",), ("phone",), HOME, ("firstname", "lastname", "address", "postal")]
)
def test_one_rule_is_enough(names: tuple[str, ...]) -> None:
    assert MATCHER.resolve([only(CYD, *names)], "US") == "cyd"


@pytest.mark.parametrize("missing", ["firstname", "lastname", "address", "postal"])
def test_a_name_alone_or_an_address_alone_is_nobody(missing: str) -> None:
    assert MATCHER.resolve([only(CYD, *(name for name in HOME if name != missing))], "US") is None


def test_an_email_outranks_a_telephone_and_that_a_home() -> None:
    assert MATCHER.resolve([only(CYD, "phone") | only(ADA, "email")], "US") == "ada"
    assert MATCHER.resolve([only(CYD, "phone") | only(ADA, *HOME)], "US") == "cyd"


def test_the_rule_outranks_the_order_of_the_sets() -> None:
    assert MATCHER.resolve([only(CYD, *HOME), only(ADA, "email", "firstname")], "US") == "ada"


def test_the_working_address_is_an_email_too() -> None:
    work = hashes(PEOPLE[0] | {"email": PEOPLE[0]["work_email"]}, "email")
    assert MATCHER.resolve([work], "US") == "ada"


def test_a_shared_email_means_whose_first_name_it_is_else_the_account_holder() -> None:
    assert MATCHER.resolve([only(BOB, "email", "firstname")], "US") == "bob"
    assert MATCHER.resolve([only(BOB, "email")], "US") == "ada"
    assert MATCHER.resolve([only(CYD, "firstname") | only(BOB, "email")], "US") == "ada"


def test_a_set_must_agree_with_the_city_and_state_it_names() -> None:
    elsewhere = only(DEE, "city")
    assert MATCHER.resolve([only(CYD, *HOME) | elsewhere], "US") is None
    assert MATCHER.resolve([only(CYD, *HOME) | {"state": ADA["city"]}], "US") is None


def test_a_state_that_amazon_does_not_know_is_no_quarrel() -> None:
    assert MATCHER.resolve([only(DEE, *HOME) | {"state": ADA["state"]}], "DE") == "dee"


def test_parts_of_two_sets_make_no_person() -> None:
    assert MATCHER.resolve([only(CYD, "firstname", "lastname"), only(CYD, "address", "postal")], "US") is None


@pytest.mark.parametrize("country", [None, "", "UNKNOWN", "us", "UK", "CH", "DE"])
def test_without_the_persons_country_nobody_is_found(country: str | None) -> None:
    assert MATCHER.resolve([CYD], country) is None


def test_nobody_is_found_where_amazon_matches_no_hashes() -> None:
    assert MATCHER.resolve([EVE], "CH") is None


@pytest.mark.parametrize("sets", [[], [{}], [{"email": ""}], [{"mobile": "x"}]])
def test_nothing_is_nobody(sets: list[dict[str, str]]) -> None:
    assert MATCHER.resolve(sets, "US") is None


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda text: f"{text}\n", lambda text: text[:63], lambda _: "cyd@mail.us.example"]
)
def test_what_is_not_64_lower_case_hex_digits_never_matches(spoil: Any) -> None:
    for names in (("email",), ("phone",), HOME):
        assert (
            MATCHER.resolve([{name: spoil(value) for name, value in only(CYD, *names).items()}], "US") is None
        )


def test_the_hash_of_nothing_is_nobody() -> None:
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert MATCHER.resolve([dict.fromkeys(WIRE, nothing)], "US") is None


def test_a_whole_population_finds_itself() -> None:
    population = Population.build(3_000, seed=5)
    matcher = Matcher(population)
    known = normal_forms.hashed(population.frame).iter_rows(named=True)
    found = [
        matcher.resolve([{wire: row[name] for wire, name in WIRE.items() if row[name]}], row["country"])
        == row["user_id"]
        for row in known
    ]
    # Two of one household may bear one first name and share an e-mail: nobody could tell them apart.
    assert sum(found) >= 2_998
