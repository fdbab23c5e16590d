"""Records as Amazon's schema wants them: absent keys left out, everything in order, nothing lost in the columns."""

import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lading.destinations.payload import lines
from lading.model.frames import CHANGES
from lading.model.identifiers import CONSENT, IDENTIFIERS, WIRE_NAMES

HASH = "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21"


def change(external_id="c-1", *, group=2, sets=({"email": HASH},), country="US", **consent):
    filled = [{name: one.get(name) for name in IDENTIFIERS} for one in sets]
    signals = {name: consent.get(name) for name in CONSENT}
    return {
        "no": 0, "group": group, "change": "add", "external_id": external_id, "country": country,
        **signals, "sets": filled, "fingerprint": "f",
    }  # fmt: skip


def sent(*changes):
    return [json.loads(line) for line in lines(pl.DataFrame(list(changes), schema=CHANGES))]


def test_a_record_has_the_wire_names_of_the_schema():
    every = dict.fromkeys(IDENTIFIERS, HASH)
    [record] = sent(change(sets=[every]))
    assert record == {
        "externalUserId": "c-1",
        "action": "CREATE",
        "countryCode": "US",
        "hashedPII": [dict.fromkeys(WIRE_NAMES.values(), HASH)],
    }


def test_a_removal_is_a_delete():
    assert sent(change(group=1))[0]["action"] == "DELETE"


def test_what_is_absent_is_left_out_and_never_null():
    [record] = sent(change(country=None))
    assert record == {"externalUserId": "c-1", "action": "CREATE", "hashedPII": [{"email": HASH}]}


def test_several_sets_stay_apart_and_in_order():
    [record] = sent(change(sets=[{"email": HASH, "city": HASH}, {"phone": HASH}]))
    assert record["hashedPII"] == [{"email": HASH, "city": HASH}, {"phone": HASH}]


def test_consent_is_nested_as_amazon_nests_it():
    [record] = sent(
        change(
            tcf="CP",
            gpp="DB",
            amzn_user_data="GRANTED",
            amzn_ad_storage="DENIED",
            geo_country="DE",
            geo_ip="::1",
        )
    )
    assert record["userConsent"] == {
        "geo": {"countryCode": "DE", "ipAddress": "::1"},
        "consent": {
            "amzn": {"amznUserData": "GRANTED", "amznAdStorage": "DENIED"},
            "tcf": "CP",
            "gpp": "DB",
        },
    }


def test_one_consent_signal_brings_no_empty_objects():
    [record] = sent(change(amzn_user_data="GRANTED"))
    assert record["userConsent"] == {"consent": {"amzn": {"amznUserData": "GRANTED"}}}


@given(st.text(alphabet=st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1))
def test_any_consent_text_survives_json(text):
    assert sent(change(tcf=text))[0]["userConsent"]["consent"]["tcf"] == text


def test_equal_changes_make_equal_bytes():
    one = pl.DataFrame([change(), change("c-2", group=1)], schema=CHANGES)
    assert lines(one).to_list() == lines(one.clone()).to_list()
