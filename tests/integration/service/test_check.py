"""The doctor names what is wrong, and what to do about it."""

import pytest

from lading.dialects.treasure_data.result import from_mapping
from lading.errors import SettingsError
from lading.service.audiences import audiences
from lading.service.checks.check import check
from lading.service.connect import link
from lading.service.treasure_data.jobs import Job, keep_query


@pytest.fixture
def edit(shop):
    def change(old, new):
        path = shop.folder / "lading.yaml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


def looked(shop):
    with shop.parts() as parts:
        return {line.name.removeprefix("amazon: "): line for line in check(parts)}


def test_all_is_well_once_the_connection_is_made(shop):
    with shop.parts() as parts:
        link(parts, "amazon")
    assert [line for line in looked(shop).values() if not line.ok] == []


def test_a_connection_that_is_missing_says_how_to_make_it(shop):
    line = looked(shop)["connection"]
    assert (line.ok, "lading connect amazon" in line.remedy) == (False, True)


def test_a_profile_of_another_region_names_that_region(shop, edit):
    edit('"1234567890"', '"2234567890"')
    line = looked(shop)["profile"]
    assert line.ok is False
    assert "belongs to region EU" in line.message
    assert "region: EU" in line.remedy


def test_an_unknown_profile_lists_those_that_are_there(shop, edit):
    edit('"1234567890"', '"999"')
    line = looked(shop)["profile"]
    assert (line.ok, "1234567890" in line.remedy) == (False, True)
    assert "Each marketplace" in line.remedy


def test_an_unknown_instance_explains_its_form(shop, edit):
    edit("amcshop001", "amcother99")
    line = looked(shop)["AMC instance"]
    assert (line.ok, "amcyzzz123456" in line.remedy, "amcshop001" in line.remedy) == (False, True, True)


def test_an_unknown_advertiser_lists_those_of_the_profile(shop, edit):
    edit("581124983652187041", "581124983652187042")
    line = looked(shop)["DSP advertiser"]
    assert (line.ok, "581124983652187041" in line.remedy) == (False, True)


def test_terms_that_are_not_accepted_are_named_with_their_link(shop):
    shop.sandbox.policy(terms_accepted=False)
    line = looked(shop)["AMC terms"]
    assert line.ok is False
    assert "AMC_Terms.html" in line.remedy


def test_a_missing_scope_is_named(shop):
    shop.sandbox.policy(scopes=["advertising::campaign_management"])
    line = looked(shop)["scopes"]
    assert (line.ok, "advertising::audiences" in line.remedy) == (False, True)


def test_the_other_missing_scope_is_named_too(shop):
    shop.sandbox.policy(scopes=["advertising::audiences"])
    line = looked(shop)["token"]
    assert (line.ok, "advertising::campaign_management" in line.remedy) == (False, True)


def test_without_a_token_nothing_later_is_looked_at(shop, edit):
    edit("    refresh_token: env:AMAZON_REFRESH_TOKEN\n", "")
    lines = looked(shop)
    assert (lines["token"].ok, lines["profile"].ok) == (False, None)
    assert "lading connect amazon" in lines["token"].remedy


def test_a_pasted_connection_is_verified(shop, edit):
    with shop.parts() as parts:
        made, _ = link(parts, "amazon")
    profile = '    profile_id: "1234567890"\n'
    edit(profile, f"{profile}    connection_id: {made}\n")
    line = looked(shop)["connection"]
    assert (line.ok, line.message) == (
        True, f"{made}, to AMC instance amcshop001 and to DSP advertiser 581124983652187041",
    )  # fmt: skip
    edit(made, "nobody-knows-it")
    line = looked(shop)["connection"]
    assert (line.ok, "does not know connection nobody-knows-it" in line.message) == (False, True)
    assert "connections.amazon.connection_id with whoever gave it to you" in line.remedy


def test_a_pasted_connection_that_leads_elsewhere_is_named(shop, edit):
    with shop.parts() as parts:
        made, _ = link(parts, "amazon")
    edit("amcshop001", "amcshop002")
    edit('    dsp_advertiser_id: "581124983652187041"\n', f"    connection_id: {made}\n")
    line = looked(shop)["connection"]
    assert (line.ok, line.remedy) == (False, "write connections.amazon.amc.instance_id: amcshop001")


def test_fees_are_in_the_currency_of_the_advertisers_marketplace(shop, edit):
    edit("country: US}", "country: US, fees: [{cpm_cents: 100, currency: USD}]}")
    assert looked(shop)["fees"].ok
    edit("currency: USD", "currency: EUR")
    line = looked(shop)["fees"]
    assert (line.ok, line.message) == (False, "sync customers has a fee in EUR")
    assert "write fees in USD" in line.remedy


def test_the_account_of_an_instance_is_looked_up(shop, edit):
    edit("account_id: ENTITY1A2B3C, ", "")
    shop.write(shop.people(3))
    assert shop.apply().books.confirmed == 3
    assert shop.sent("/amc/accounts", "GET")
    assert [line for line in looked(shop).values() if not line.ok] == []
    with shop.parts() as parts:
        assert parts.ledger.links.get("amazon").account_id == "ENTITY1A2B3C"
    asked = len(shop.sent("/amc/accounts", "GET"))
    shop.write(shop.people(4))
    assert shop.apply().books.confirmed == 1
    assert len(shop.sent("/amc/accounts", "GET")) == asked
    edit("amcshop001", "amcother")
    line = looked(shop)["AMC instance"]
    assert (line.ok, "ENTITY1A2B3C" in line.remedy) == (False, True)


def test_the_two_ids_of_an_audience_are_told_apart(shop, edit):
    """The API's, by which it is filled, and the one on DSP's pages, which the API does not know."""
    shop.write(shop.people(2))
    made = shop.apply().audience_id
    edit("target: AMC_AND_DSP", 'dsp_audience_id: "404841786435840387", target: AMC_AND_DSP')
    assert looked(shop)["customers: audience"].message == (
        f"{made} in the API (Shop customers); 404841786435840387 in DSP"
    )
    with shop.parts() as parts:
        [line] = audiences.list_audiences(parts)
        assert (line.audience_id, line.dsp_audience_id) == (made, "404841786435840387")
        assert audiences.show(parts, "404841786435840387").audience == line
        with pytest.raises(SettingsError, match=f"DSP's pages call .* calls it {made}: write that"):
            audiences.adopt(parts, "customers", "404841786435840387")
        job = Job(
            query="select 1", database="files",
            export=from_mapping({
                "type": "amazon_ads", "td_authentication_id": "amazon", "amc_instance_id": "amcshop001", "country_code": "US",
                "action": "UPDATE", "audience_id": "404841786435840387",
            }, "--result"),
        )  # fmt: skip
        with pytest.raises(SettingsError, match=f"calls it {made}: write that") as refused:
            keep_query(parts, job)
    assert refused.value.where == "--result.audience_id"
    edit("dsp_audience_id:", "external_id: others, audience_id:")
    line = looked(shop)["customers: audience"]
    assert (line.ok, "dsp_audience_id" in line.remedy) == (False, True)
