from datetime import UTC, datetime

import pytest

from lading.dialects.segment import Destination, made_mapping, snake_cased, translate
from lading.dialects.segment.destination import PRESETS

NOW = datetime(2026, 1, 5, tzinfo=UTC)
USUAL = (made_mapping("tracks", "sync_audiences"), made_mapping("property", "user_property"))
SHOP = Destination(USUAL, frozenset({"vips", "order_completed_last_30days"}))


def track(event="Audience Entered", **more):
    return {
        "type": "track", "event": event, "userId": "u-1", "messageId": "m-1", "timestamp": "2026-01-04T10:00:00.5Z",
        "properties": {"audience_key": "vips", "vips": True, "first_name": "Ann"}, "context": {"traits": {"email": "ann@example.com"}}, **more,
    }  # fmt: skip


def said(event, shop=SHOP):
    outcome = translate(event, shop, NOW)
    return outcome.reason or {one.audience: one.entered for one in outcome.memberships}


def test_entered_and_exited_say_who_is_in():
    assert said(track()) == {"vips": True}
    assert said(track("Audience Exited")) == {"vips": False}


@pytest.mark.parametrize("event", ["Journey Step Entered", "Order Completed", "", None, 7, "audience exited"])
def test_no_other_event_ever_removes_anybody(event):
    every = Destination(
        tuple(
            made_mapping(name, name, trigger="type != null")
            for name in ("sync_audiences", "journey_step_entered")
        ),
        SHOP.audiences,
    )
    found = translate(track(event), every, NOW).memberships
    assert [one for one in found if not one.entered] == []


def test_fields_lie_where_segment_puts_them():
    event = track(context={"traits": {}, "personas": {"computation_key": "vips"}}, properties={
        "email": "b@example.com", "last_name": "Lee", "phone": 15551234567, "postal": "78701", "state": "TX", "city": "Austin", "address": "1 Main",
        "ip": "1.2.3.4", "amznAdStorage": "GRANTED", "amznUserData": "GRANTED", "tcf": "C", "gpp": "D", "first_name": " ",
    })  # fmt: skip
    [one] = translate(event, SHOP, NOW).memberships
    assert one.fields == {
        "external_id": "u-1", "email": "b@example.com", "last_name": "Lee", "phone": "15551234567", "postal": "78701", "state": "TX",
        "city": "Austin", "address": "1 Main", "geo_ip": "1.2.3.4", "amzn_ad_storage": "GRANTED", "amzn_user_data": "GRANTED", "tcf": "C", "gpp": "D",
    }  # fmt: skip
    assert translate(track(), SHOP, NOW).memberships[0].fields["email"] == "ann@example.com"
    assert "example.com" not in repr(one)


def test_a_user_property_is_the_snake_cased_name_with_a_boolean():
    assert snake_cased("Order Completed Last 30days") == "order_completed_last_30days"
    identify = {
        "type": "identify",
        "userId": "u-1",
        "traits": {"order_completed_last_30days": False, "vips": True, "age": 3, "other": True},
    }
    assert said(identify) == {"order_completed_last_30days": False, "vips": True}
    keyed = identify | {"context": {"personas": {"computation_key": "vips"}}}
    assert said(keyed) == {"vips": True}
    assert said(identify | {"traits": {"vips": "true"}}) == "no_audience"


@pytest.mark.parametrize(
    ("integrations", "wanted"),
    [
        ({"All": False}, False), ({"All": False, "Amazon AMC (Actions)": True}, True), ({"Amazon Ads DSP and AMC": False}, False),
        ({"All": True, "Amazon AMC (Actions)": False}, False), ({"Amazon Ads DSP and AMC": {"x": 1}}, True), ({}, True), (None, True), ("x", True),
    ],
)  # fmt: skip
def test_the_integrations_object_is_honoured(integrations, wanted):
    assert said(track(integrations=integrations)) == ({"vips": True} if wanted else "integrations")


@pytest.mark.parametrize(
    ("preset", "event", "entered"),
    [
        ("membership_changed", {"type": "identify", "traits": {"vips": False}}, False),
        ("entity_added", {"type": "track", "event": "Entity Added"}, True),
        ("entity_removed", {"type": "track", "event": "Entity Removed"}, False),
        ("journey_step_entered", {"type": "track", "event": "Journey Step Entered"}, True),
    ],
)
def test_presets(preset, event, entered):
    shop = Destination((made_mapping("m", preset),), SHOP.audiences)
    assert said({"userId": "u-1", "context": {"personas": {"computation_key": "vips"}}, **event}, shop) == {
        "vips": entered
    }
    assert set(PRESETS) >= {preset}


@pytest.mark.parametrize(
    ("event", "reason", "refused"),
    [
        ([], "not_an_object", True), (None, "not_an_object", True), (track(userId="u" * 513), "too_long", True),
        (track(timestamp="yesterday"), "wrong_timestamp", True), (track(timestamp=5), "wrong_timestamp", True),
        (track("Order Completed"), "no_trigger", False), (track(properties={"audience_key": "others"}), "unknown_audience", False),
        (track(properties={}), "no_audience", False), ({}, "no_trigger", False),
    ],
)  # fmt: skip
def test_what_says_nothing_is_told_with_its_reason(event, reason, refused):
    outcome = translate(event, SHOP, NOW)
    assert (outcome.reason, outcome.refused, outcome.memberships) == (reason, refused, ())


def test_a_mapping_that_is_off_does_nothing():
    off = Destination((made_mapping("m", "sync_audiences", enabled=False),), SHOP.audiences)
    assert said(track(), off) == "mapping_disabled"
    assert said(track(), Destination(USUAL, SHOP.audiences, enabled=False)) == "disabled"


def test_the_first_mapping_that_speaks_of_an_audience_decides():
    mine = made_mapping("mine", "sync_audiences", paths={"email": ["$.properties.contact['e-mail']"]})
    event = track(properties={"audience_key": "vips", "contact": {"e-mail": "own@example.com"}})
    [one] = translate(event, Destination((mine, *USUAL), SHOP.audiences), NOW).memberships
    assert one.fields["email"] == "own@example.com"


def test_moments():
    assert translate(track(), SHOP, NOW).memberships[0].at == datetime(
        2026, 1, 4, 10, 0, 0, 500_000, tzinfo=UTC
    )
    assert translate(track(timestamp=None), SHOP, NOW).memberships[0].at == NOW
    assert translate(track(timestamp="2026-01-04T10:00:00+02:00"), SHOP, NOW).memberships[0].at.hour == 8
