"""`--result` and `result_settings`: every key, its default, its range, and when it is needed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.dialects.treasure_data.keys import KEYS, LONGEST_TTL
from lading.dialects.treasure_data.result import from_json, from_mapping
from lading.dialects.treasure_data.translate import as_sync, name_of
from lading.errors import SettingsError

#: As the documentation writes it.
SAMPLE = """{
  "type": "amazon_ads",
  "td_authentication_id": "2881",
  "amc_instance_id": "amcshop001",
  "amc_account_id": "ENTITY1A2B3C",
  "region": "NA",
  "action": "CREATE",
  "upload_mode": "APPEND",
  "target": "AMC_AND_DSP",
  "dsp_advertiser_id": "581124983652187041",
  "external_audience_id": "external_audience_id",
  "audience_name": "audience_name",
  "time_to_live": 34300800,
  "country_code": "US",
  "wait_until_finish": false,
  "max_wait_time": 1
}"""
UPDATE = {
    "type": "amazon_ads", "td_authentication_id": 2881, "amc_instance_id": "i", "action": "UPDATE", "upload_mode": "DELETE",
    "audience_id": "361054992504331", "country_code": "GB",
}  # fmt: skip


def sample(**changes):
    return {**json.loads(SAMPLE), **changes}


def without(*names):
    return {name: value for name, value in sample().items() if name not in names}


def wrong(data):
    """What is wrong with it, as (key, message)."""
    with pytest.raises(SettingsError) as stopped:
        from_mapping(data, "--result")
    assert {problem.code for problem in stopped.value.problems} == {"wrong_export"}
    return [(problem.where.removeprefix("--result."), problem.message) for problem in stopped.value.problems]


def test_the_sample_of_the_documentation():
    found = from_json(SAMPLE)
    assert (found.td_authentication_id, found.target, found.time_to_live) == (
        "2881",
        "AMC_AND_DSP",
        LONGEST_TTL,
    )
    assert (found.wait_until_finish, found.max_wait_time) == (False, 1)


def test_defaults_and_ids_written_as_numbers():
    found = from_mapping(UPDATE, "x")
    assert (found.region, found.target, found.td_authentication_id) == ("NA", "AMC", "2881")
    assert (found.audience_name, found.time_to_live, found.wait_until_finish) == (None, None, False)
    assert from_mapping(without("region", "action", "upload_mode"), "x").upload_mode == "APPEND"
    assert from_mapping(sample(amc_account_id=""), "x").amc_account_id is None


@pytest.mark.parametrize("name", ["type", "td_authentication_id", "amc_instance_id", "country_code"])
def test_what_is_always_needed(name):
    assert [key for key, says in wrong(without(name)) if "is needed" in says] == [name]


@pytest.mark.parametrize(
    ("data", "key", "says"),
    [
        (without("dsp_advertiser_id"), "dsp_advertiser_id", "target is AMC_AND_DSP"),
        (without("external_audience_id"), "external_audience_id", "action is CREATE"),
        (without("audience_name"), "audience_name", "action is CREATE"),
        ({**UPDATE, "audience_id": None}, "audience_id", "action is UPDATE"),
        (
            {**without("max_wait_time"), "wait_until_finish": True},
            "max_wait_time",
            "wait_until_finish is true",
        ),
        (sample(type="google_ads"), "type", "write amazon_ads"),
        (sample(region="US"), "region", "write NA or EU or FE"),
        (sample(action="REPLACE"), "action", "CREATE or UPDATE"),
        (sample(upload_mode="append"), "upload_mode", "APPEND or DELETE"),
        (sample(target="DSP"), "target", "AMC or AMC_AND_DSP"),
        (sample(time_to_live=34_300_801), "time_to_live", "from 0 to 34300800"),
        (sample(time_to_live=-1), "time_to_live", "from 0 to 34300800"),
        (sample(max_wait_time=0), "max_wait_time", "from 1 to 1380"),
        (sample(max_wait_time=1381), "max_wait_time", "from 1 to 1380"),
        (sample(max_wait_time=1.5), "max_wait_time", "whole number"),
        (sample(wait_until_finish="maybe"), "wait_until_finish", "true or false"),
        (sample(audience_fee="1 USD"), "audience_fee", "USD:1"),
        (sample(country_code="USA"), "country_code", "two capital letters"),
        (sample(country_code="UK"), "country_code", "write GB"),
        (sample(audience_description="x" * 1001), "audience_description", "1,000"),
        (sample(audience_name=["a"]), "audience_name", "write a text"),
        ({**UPDATE, "audience_id": "12a"}, "audience_id", "digits only"),
        (sample(upload_mod="APPEND"), "upload_mod", "did you mean 'upload_mode'?"),
        (sample(zzz=1), "zzz", "known: type"),
        (sample(dsp_region="EU"), "dsp_region", "another value than region"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(data, key, says):
    assert any(where == key and says in message for where, message in wrong(data)), wrong(data)


def test_everything_that_is_wrong_is_said_at_once():
    assert {key for key, _ in wrong(sample(region="X", action="Y", tpye="Z"))} == {"region", "action", "tpye"}


def test_both_ends_of_the_ranges_and_both_spellings_of_the_region_are_taken():
    for ttl in (0, 1, LONGEST_TTL, "34300800"):
        assert from_mapping(sample(time_to_live=ttl), "x").time_to_live == int(ttl)
    for wait in (1, 1380):
        assert from_mapping(sample(max_wait_time=wait, wait_until_finish="true"), "x").max_wait_time == wait
    assert from_mapping({**without("region"), "dsp_region": "EU"}, "x").region == "EU"
    assert from_mapping(sample(dsp_region="NA"), "x").region == "NA"
    assert from_mapping(sample(audience_fee="USD:1"), "x").fee == ("USD", "1")
    assert from_mapping(sample(audience_description="x" * 1000), "x").audience_description == "x" * 1000


@pytest.mark.parametrize(
    "text", ["", "{", '{"type": "amazon_ads", "type": "x"}', "[]", "null", "1", "[" * 100_000]
)
def test_a_text_that_is_no_object_is_refused_in_words(text):
    with pytest.raises(SettingsError) as stopped:
        from_json(text)
    assert stopped.value.problem_code == "wrong_export"


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers(), max_size=1),
    st.sampled_from(["amazon_ads", "NA", "CREATE", "UPDATE", "APPEND", "AMC", "AMC_AND_DSP", "US", "USD:1", "12"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from([*(key.name for key in KEYS), "dsp_region", "tpye"]), VALUES))
def test_any_object_is_an_export_or_refused_in_words(data):
    try:
        found = from_mapping(data, "--result")
    except SettingsError as error:
        assert error.problems  # noqa: PT017  (both ends are lawful)
    else:
        assert found.external_audience_id or found.audience_id


def test_an_export_is_a_sync():
    made = as_sync(
        from_mapping(sample(audience_fee="JPY:2.5", audience_description="all"), "x"), source="files", query="select 1",
        connection="amazon", external_id="e", name="Long enough", email_needed=True, schedule={"cron": ""},
    )  # fmt: skip
    assert made["mode"] == "add"
    assert made["map"] == {"email": "email", "external_id": "externaluserid"}
    assert made["to"]["audience"] == {
        "connection": "amazon", "name": "Long enough", "external_id": "e", "target": "AMC_AND_DSP", "country": "US",
        "description": "all", "ttl": LONGEST_TTL, "fees": [{"currency": "JPY", "cpm_cents": 2.5}],
    }  # fmt: skip
    removal = as_sync(
        from_mapping(UPDATE, "x"), source="files", query="select 1", connection="amazon", external_id="e", name="n", email_needed=False,
    )  # fmt: skip
    assert (removal["mode"], removal["map"]) == ("remove", {"external_id": "externaluserid"})
    assert removal["to"]["audience"]["audience_id"] == UPDATE["audience_id"]
    assert "schedule" not in removal


def test_names_of_syncs():
    assert name_of("shop_customers-1") == "shop_customers-1"
    assert name_of("Größte Kunden / 2026").startswith("Gr-te-Kunden-2026-")
    assert name_of("//").startswith("export-")
    assert len({name_of(text) for text in ("ä b", "ö b", "-b", "b-", "b", "b" * 90, "b" * 91)}) == 7
