"""Amazon's limits of an audience's fields, at their very edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.amazon import audience_rules as rules
from lading.amazon import countries
from lading.amazon.audience_rules import CURRENCIES, Fee, WrongField, plain_text


@pytest.mark.parametrize("length", [10, 128])
def test_a_name_within_its_limits_stays(length):
    assert rules.name("x" * length) == "x" * length


@pytest.mark.parametrize("text", ["", "x" * 9, "x" * 129, "日本語の名前です、長い名前", "a!!!!!!!!!!b"])
def test_a_name_beyond_its_limits_is_refused(text):
    with pytest.raises(WrongField, match=r"name is 10\.\.128 letters"):
        rules.name(text)


@pytest.mark.parametrize("length", [0, 1_000])
def test_a_description_within_its_limits_stays(length):
    assert rules.description("x" * length) == "x" * length


def test_a_description_beyond_its_limits_is_refused():
    with pytest.raises(WrongField, match=r"description is 0\.\.1000"):
        rules.description("x" * 1_001)


@pytest.mark.parametrize("seconds", [None, 0, 34_300_800])
def test_a_ttl_within_its_limits_stays(seconds):
    assert rules.ttl(seconds) == seconds


@pytest.mark.parametrize("seconds", [-1, 34_300_801, True])
def test_a_ttl_beyond_its_limits_is_refused(seconds):
    with pytest.raises(WrongField, match=r"ttl is 0\.\.34300800 seconds"):
        rules.ttl(seconds)


def test_one_fee_in_every_currency_is_the_most():
    every = tuple(Fee(1, currency) for currency in sorted(CURRENCIES))

    assert len(rules.fees(every)) == 13


@pytest.mark.parametrize(
    "wanted",
    [
        (),
        (Fee(1, "USD"), Fee(2, "USD")),
        (Fee(1, "CHF"),),
        (Fee(-1, "USD"),),
        (Fee(1.5, "JPY"),),
        (Fee(True, "USD"),),
    ],
)
def test_a_wrong_fee_is_refused(wanted):
    with pytest.raises(WrongField):
        rules.fees(wanted)


@pytest.mark.parametrize("both", [(None, None), ("", ""), ("c", "1")])
def test_an_audience_has_exactly_one_target(both):
    with pytest.raises(WrongField, match="either a connection or a DSP advertiser"):
        rules.target(*both)


@pytest.mark.parametrize(("text", "code"), [("UK", "GB"), ("uk", "GB"), (" de ", "DE"), ("US", "US")])
def test_a_country_is_alpha_2_and_uk_is_gb(text, code):
    assert countries.checked(text) == code


@pytest.mark.parametrize("text", ["", "USA", "U", "1A", "Ü1"])
def test_what_is_no_country_code_is_refused(text):
    with pytest.raises(ValueError, match="country is a two-letter code"):
        countries.checked(text)


@given(st.text(max_size=60))
def test_cleaning_is_final_and_leaves_only_what_amazon_takes(text):
    cleaned = plain_text(text)

    assert plain_text(cleaned) == cleaned
    assert all(c.isascii() and (c.isalnum() or c in " _-") for c in cleaned)
