from __future__ import annotations

import re

import phonenumbers
import polars as pl
import pytest

from amc_sandbox.matching import COUNTRIES
from amc_sandbox.people import normal_forms, phones
from amc_sandbox.population import COLUMNS, SHARES, Population

PEOPLE = Population.build(20_000, seed=3)


def test_the_same_seed_gives_the_same_people() -> None:
    assert Population.build(500, seed=3).frame.equals(Population.build(500, seed=3).frame)


def test_another_seed_gives_other_people() -> None:
    ours, theirs = PEOPLE.frame.head(500), Population.build(500, seed=4).frame
    assert not set(ours["user_id"]) & set(theirs["user_id"])
    assert len(set(ours["email"]) & set(theirs["email"])) < 10


@pytest.mark.parametrize("size", [0, 1, 9, 1_000, 1_003])
def test_a_small_population_is_the_beginning_of_a_large_one(size: int) -> None:
    assert Population.build(size, seed=3).frame.equals(PEOPLE.frame.head(size))


def test_these_are_the_people_of_seed_one() -> None:
    """The dice are part of the sandbox's promise: the same people on every machine and in every release."""
    first = next(Population.build(1, seed=1).people())
    assert first == {
        "user_id": "A18D6E1CAC2A8ADAF25577CCA1", "email": "beatrice-rosenthal@webmail.us.example", "work_email": "beatrice.rosenthal@dynamo.us.example",
        "phone": "+12015550100", "first_name": "Beatrice", "last_name": "Rosenthal", "address": "876 Alder Avenue Apt 24",
        "city": "Charlotte", "state": "NC", "postal": "28210", "country": "US",
    }  # fmt: skip


def test_user_ids_and_most_emails_are_one_persons_own() -> None:
    assert PEOPLE.frame["user_id"].is_unique().all()
    assert all(re.fullmatch(r"A[0-9A-F]{25}", user) for user in PEOPLE.frame["user_id"])
    assert 0.9 < PEOPLE.frame["email"].is_unique().mean() < 0.99


def test_countries_have_their_shares() -> None:
    counted = dict(PEOPLE.frame["country"].value_counts(normalize=True).rows())
    assert set(SHARES) <= COUNTRIES
    assert sum(SHARES.values()) == 100
    assert {country: round(100 * counted[country]) for country in SHARES} == pytest.approx(SHARES, abs=2)


def test_households_share_an_address_most_a_name_and_some_an_email() -> None:
    home = PEOPLE.frame.group_by("address", "city", "postal", "country").agg(
        people=pl.len(), families=pl.n_unique("last_name"), emails=pl.n_unique("email"), phones=pl.n_unique("phone")
    ).filter(pl.col("people") > 1)  # fmt: skip
    assert home.height > 4_000
    assert 0.6 < (home["families"] == 1).mean() < 0.95
    assert 0.03 < (home["emails"] < home["people"]).mean() < 0.2


def test_email_lives_under_the_reserved_domain_alone() -> None:
    for column in ("email", "work_email"):
        values = PEOPLE.frame[column].drop_nulls()
        assert values.str.contains(r"^[a-z.\-]+[0-9]*@[a-z-]+\.[a-z]{2}\.example$").all()


@pytest.mark.parametrize("country", SHARES)
def test_telephones_can_be_dialled_in_their_country(country: str) -> None:
    numbers = PEOPLE.frame.filter(pl.col("country") == country)["phone"].drop_nulls().unique()
    parsed = [phonenumbers.parse(number) for number in numbers]
    assert all(
        phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        for number in parsed
    )
    assert {number.country_code for number in parsed} == {phonenumbers.country_code_for_region(country)}
    assert [f"+{number.country_code}{number.national_number}" for number in parsed] == list(numbers)


@pytest.mark.parametrize("country", phones.BLOCKS)
def test_no_number_is_given_twice_and_then_none_is_left(country: str) -> None:
    width = min(digits for _, digits in phones.BLOCKS[country])
    capacity = sum(10**digits for _, digits in phones.BLOCKS[country])
    asked = min(capacity, 60_000)
    given = phones.numbers(country, pl.int_range(asked, eager=True))
    assert given.is_unique().all()
    assert given.null_count() == 0
    assert width >= 2
    assert phones.numbers(country, pl.Series([capacity])).to_list() == [None]


KEPT_FOR_FICTION = {
    "US": r"1[2-9]\d\d55501\d\d",
    "CA": r"1[2-9]\d\d55501\d\d",
    "GB": r"44(11[34678]4960|1[2-6]14960|1914980|2079460|2896496|2920180|1632960|3069990|7700900)\d{3}",
    "DE": r"49((3023125|6990009|4066969|2214710|8999998)\d{3}|(17139200|176040690)\d\d)",
    "FR": r"33(19900|26191|35301|46571|53649|63998)\d{4}",
}


@pytest.mark.parametrize("country", KEPT_FOR_FICTION)
def test_only_numbers_kept_for_fiction_are_used(country: str) -> None:
    numbers = PEOPLE.frame.filter(pl.col("country") == country)["phone"].drop_nulls()
    assert numbers.str.contains(rf"^\+{KEPT_FOR_FICTION[country]}$").all()


def test_everybody_has_a_normal_form_of_what_is_known() -> None:
    normal = normal_forms.normal(PEOPLE.frame)
    assert normal.select(COLUMNS).null_count().equals(PEOPLE.frame.null_count())


@pytest.mark.parametrize(("country", "count"), [(None, 7), ("JP", 7), ("XX", 0)])
def test_people_of_a_country_in_clear(country: str | None, count: int) -> None:
    shown = list(PEOPLE.people(country, limit=7))
    assert len(shown) == count
    assert all(tuple(person) == COLUMNS for person in shown)
    assert country is None or {person["country"] for person in shown} <= {country}


def test_the_population_does_not_print_its_people() -> None:
    assert "@" not in repr(PEOPLE)
