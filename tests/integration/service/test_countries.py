"""Rows that name no country, under settings that do not either: what is assumed, and that it is told wherever it is."""

import pytest

from lading.errors import GuardTripped
from lading.service import drafting, noticing, quality
from lading.service.countries import DefaultCountry
from lading.service.planning import plan

AMC = "    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}\n"
LONDON = (
    AMC, "    amc: {account_id: ENTITY2D4E6F, marketplace_id: A1F83G8C2ARO7P, instance_id: amcshopeu1}\n",
)  # fmt: skip
FREE = "    consent: {required: never}\n    guards: {max_unknown_countries: 100%, max_rejected: 100%}\n"


def settings(shop, *changes, add=FREE):
    path = shop.folder / "lading.yaml"
    text = path.read_text().replace(", country: US}", "}") + add
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def write(shop, count=6, consent=""):
    lines = [
        f"c-{number},somebody{number}@shop.example,{'CA' if number == 0 else ''},{consent}"
        for number in range(count)
    ]
    (shop.folder / "customers.csv").write_text(
        "customer_id,email,country,amzn_user_data\n" + "\n".join(lines) + "\n"
    )


def planned(shop):
    with shop.parts() as parts:
        return plan(parts, "customers")


def countries(shop):
    shop.sandbox.advance(7200)
    held = shop.sandbox.members(shop.audience_id)
    return {member["externalUserId"]: member["country"] for member in held}


def test_a_country_that_nobody_names_is_us_and_is_told(shop):
    settings(shop)
    write(shop)
    explained = planned(shop).explained
    assert (explained.warnings, explained.assumed_country) == ({"country_assumed": 5}, "US")
    report = shop.apply()
    [told] = report.warnings
    assert (told.code, told.count) == ("country_assumed", 5)
    assert "so US was assumed, after the connection" in told.message
    with shop.parts() as parts:
        found = quality.of_run(parts, report.run)
    assert (found.country_assumed, found.assumed_country, found.country_defaulted) == (5, "US", 0)
    assert any("US was assumed" in advice.text for advice in found.advice)
    assert countries(shop) == {"c-0": "CA", **{f"c-{number}": "US" for number in range(1, 6)}}


def test_it_is_that_of_the_marketplace_where_there_is_one(shop):
    settings(shop, LONDON, ("target: AMC_AND_DSP", "target: AMC"))
    write(shop)
    assert planned(shop).explained.assumed_country == "GB"
    shop.apply()
    assert set(countries(shop).values()) == {"CA", "GB"}


def test_none_is_assumed_where_it_could_be_any(shop):
    """A DSP advertiser of region EU, without AMC, may be of fifteen countries."""
    settings(
        shop, (AMC, ""), ("target: AMC_AND_DSP", "target: DSP"), ("region: NA", "region: EU"), ('"1234567890"', '"2234567890"'),
        ("581124983652187041", "591124983652187042"),
    )  # fmt: skip
    write(shop)
    explained = planned(shop).explained
    assert (explained.warnings, explained.assumed_country) == ({"no_country": 5}, None)
    shop.apply()
    assert countries(shop)["c-1"] == "GB"  # Amazon itself takes the advertiser's country


def test_nothing_is_told_where_every_row_names_its_country(shop):
    settings(shop)
    write(shop, count=1)
    explained = planned(shop).explained
    assert (explained.warnings, explained.assumed_country) == ({}, None)


def test_what_is_assumed_does_not_do_away_with_consent(shop):
    settings(shop, add="    guards: {max_rejected: 100%}\n")
    write(shop)
    assert planned(shop).explained.rejections == {"consent_missing": 5}
    write(shop, consent="GRANTED")
    assert planned(shop).explained.rejections == {}
    settings(shop, ("target: AMC_AND_DSP", "target: AMC_AND_DSP, country: US"), add="")
    write(shop)
    assert planned(shop).explained.rejections == {}


def built_before(shop, monkeypatch, count):
    """An audience of before countries were assumed."""
    settings(shop)
    write(shop, count)
    with monkeypatch.context() as patched:
        for module in (drafting, noticing):
            patched.setattr(module, "default_country", lambda *_: DefaultCountry(None))
        shop.apply()


def test_an_audience_of_before_is_sent_again_and_the_plan_says_why(shop, monkeypatch):
    built_before(shop, monkeypatch, 6)
    view = planned(shop)
    assert view.explained.update == 5
    assert view.explained.why_again == (
        "5 people are sent again because to.audience.country changed from none to US"
    )
    assert [trip.name for trip in view.tripped] == ["profile_changed"]
    with pytest.raises(GuardTripped):
        shop.apply()
    shop.apply(accept=frozenset({"profile_changed"}))
    assert set(countries(shop).values()) == {"CA", "US"}
    assert planned(shop).explained.nothing_to_send


def test_an_audience_of_before_whose_rows_name_their_countries_goes_on(shop, monkeypatch):
    built_before(shop, monkeypatch, 1)
    (shop.folder / "customers.csv").write_text(
        "customer_id,email,country,amzn_user_data\nc-0,new@shop.example,CA,\n"
    )
    view = planned(shop)
    assert (view.explained.update, view.explained.why_again, view.tripped) == (1, None, ())


def test_saying_what_was_assumed_changes_nobody(shop):
    settings(shop)
    write(shop)
    shop.apply()
    settings(shop, ("target: AMC_AND_DSP", "target: AMC_AND_DSP, country: US"), add="")
    view = planned(shop)
    assert view.explained.nothing_to_send
    assert view.explained.warnings == {"country_defaulted": 5}
    assert view.explained.assumed_country is None
