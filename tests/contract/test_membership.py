"""What jobs do to an audience, and when: matching, updates, removals, life, ingestion."""

import hashlib
from datetime import datetime, timedelta

import pytest


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_members_are_matched_by_their_hashes_and_counted_truly(shop):
    unknown = shop.record(1, hashedPII=[{"email": sha("nobody@nowhere.example")}])
    same = shop.record(0) | {"externalUserId": "another-id"}

    shop.finish(shop.record(0), same, unknown)

    members = shop.members()
    assert members["p-0"]["matched"]
    assert members["p-0"]["userId"] == members["another-id"]["userId"] == shop.people[0]["user_id"]
    assert not members["p-1"]["matched"]
    assert shop.size() == {"receivedRecordSize": 3, "idResolutionCount": 2, "dspAudienceSize": 0}
    assert shop.api.sandbox.audience(shop.audience)["users"] == 1


def test_a_member_says_what_was_received_and_how_long_it_stays(shop):
    shop.finish(shop.record(0))

    member = shop.members()["p-0"]
    assert member["sets"] == [{"email": sha(shop.people[0]["email"])}]
    added, expires = datetime.fromisoformat(member["addedAt"]), datetime.fromisoformat(member["expiresAt"])
    assert expires - added == timedelta(days=397)
    assert (
        timedelta(seconds=60)
        <= added - datetime.fromisoformat("2026-01-05T08:00:00+00:00")
        <= timedelta(seconds=180)
    )


@pytest.mark.parametrize(
    ("on_record", "on_audience", "matched"),
    [
        ("US", None, True),
        (None, "US", True),
        (None, None, False),
        ("UNKNOWN", "US", False),
        ("CN", "US", False),
    ],
)
def test_without_a_country_nobody_is_found(api, on_record, on_audience, matched):
    api.accept_terms()
    connection = api.connect()
    plain = {"name": "No country here", "description": "", "targetResource": {"connectionId": connection}}
    wish = (
        plain
        | {"metadata": {"externalAudienceId": "y"}}
        | ({"countryCode": on_audience} if on_audience else {})
    )
    audience_id = api.ask("POST", "/amc/audiences/metadata", wish).json()["audienceId"]
    person = api.sandbox.people("US", 1)[0]
    record = {"externalUserId": "u", "action": "CREATE", "hashedPII": [{"email": sha(person["email"])}]}

    api.finish(api.send(audience_id, [record | ({"countryCode": on_record} if on_record else {})]))

    assert api.sandbox.members(audience_id)[0]["matched"] is matched


def test_nothing_happens_before_the_job_is_applied(shop):
    shop.send(shop.record(0))
    shop.api.wait(59)

    assert shop.members() == {}
    assert shop.api.sandbox.audience(shop.audience)["pending"] == 1


def test_a_second_create_adds_its_sets_to_the_known_ones(shop):
    other = {"email": sha(shop.people[1]["email"])}
    shop.finish(shop.record(0))
    first = shop.members()["p-0"]

    shop.finish(shop.record(0, hashedPII=[other, *first["sets"]]))

    member = shop.members()["p-0"]
    assert member["sets"] == [*first["sets"], other]
    assert member["addedAt"] > first["addedAt"]


def test_or_it_replaces_them(shop):
    shop.api.sandbox.policy(update="replace")
    shop.finish(shop.record(0))

    shop.finish(shop.record(0, hashedPII=[{"email": sha(shop.people[1]["email"])}]))

    member = shop.members()["p-0"]
    assert member["userId"] == shop.people[1]["user_id"]
    assert len(member["sets"]) == 1


def test_a_delete_takes_the_user_away_whoever_reached_it(shop):
    same = shop.record(0) | {"externalUserId": "household"}
    shop.finish(shop.record(0), same, shop.record(1))

    shop.finish(shop.record(0, "DELETE"))

    assert set(shop.members()) == {"p-1"}


def test_or_only_the_entry(shop):
    shop.api.sandbox.policy(delete="entry")
    same = shop.record(0) | {"externalUserId": "household"}
    shop.finish(shop.record(0), same, shop.record(1))

    shop.finish(shop.record(0, "DELETE"))

    assert set(shop.members()) == {"household", "p-1"}


def test_a_delete_of_nobody_is_processed(shop):
    done = shop.finish(shop.record(0, "DELETE"))

    assert (done["jobState"], done["successful"]["recordsProcessedRate"]) == ("SUCCEEDED", 100.0)


def test_records_of_one_job_are_applied_in_their_order(shop):
    shop.finish(shop.record(0), shop.record(0, "DELETE"), shop.record(1, "DELETE"), shop.record(1))

    assert set(shop.members()) == {"p-1"}


def order_of_application(shop):
    """Twelve jobs, accepted one after the other, in the order in which they were applied."""
    for number in range(12):
        shop.send(shop.record(number))
    shop.api.wait(180)
    members = sorted(shop.members().values(), key=lambda one: one["addedAt"])
    return [one["externalUserId"] for one in members]


def test_jobs_are_applied_in_no_promised_order(shop):
    order = order_of_application(shop)

    assert sorted(order) == sorted(f"p-{number}" for number in range(12))
    assert order != [f"p-{number}" for number in range(12)]


def test_or_in_the_order_of_acceptance(shop):
    shop.api.sandbox.policy(job_order="fifo")

    order_of_application(shop)
    moments = [shop.members()[f"p-{number}"]["addedAt"] for number in range(12)]

    assert moments == sorted(moments)


def test_members_expire_by_the_date_they_were_added(shop):
    change = {"metadata": {"ttl": 3600}}
    shop.api.ask("PUT", f"/amc/audiences/metadata/{shop.audience}", change)
    shop.finish(shop.record(0))
    shop.api.wait(1800)
    shop.finish(shop.record(1))
    shop.api.wait(1700)

    assert set(shop.members()) == {"p-1"}
    assert shop.size()["receivedRecordSize"] == 1


def test_a_member_that_is_sent_again_lives_anew(shop):
    shop.api.ask("PUT", f"/amc/audiences/metadata/{shop.audience}", {"metadata": {"ttl": 3600}})
    shop.finish(shop.record(0))
    shop.api.wait(1800)
    shop.finish(shop.record(0))
    shop.api.wait(1700)

    assert set(shop.members()) == {"p-0"}


def test_a_life_of_zero_removes_all_softly_and_a_longer_one_readmits(shop):
    shop.finish(shop.record(0))
    path = f"/amc/audiences/metadata/{shop.audience}"

    shop.api.ask("PUT", path, {"metadata": {"ttl": 0}})
    assert shop.members() == {}
    shop.api.ask("PUT", path, {"metadata": {"ttl": 86400}})

    assert set(shop.members()) == {"p-0"}


def door(shop):
    shown = shop.api.sandbox.audience(shop.audience)
    return shown["amc"]["members"], shown["dsp"]["users"]


def test_amc_takes_in_on_the_hour_and_dsp_after_fifteen_minutes(shop):
    shop.finish(shop.record(0), shop.record(1))
    assert door(shop) == (0, 0)
    shop.api.wait(15 * 60)
    assert door(shop) == (0, 2)
    assert shop.size()["dspAudienceSize"] == 2
    shop.api.wait(42 * 60)  # 09:00
    assert door(shop) == (2, 2)

    shop.finish(shop.record(0, "DELETE"))

    assert shop.size()["receivedRecordSize"] == 1
    assert door(shop) == (2, 2)
    shop.api.wait(15 * 60)
    assert door(shop) == (2, 1)
    shop.api.wait(42 * 60)
    assert door(shop) == (1, 1)


def test_dsp_is_fed_when_it_is_named(shop):
    shop.finish(shop.record(0), dsp=False)
    shop.api.wait(3600)

    assert door(shop) == (1, 0)


def test_a_dsp_audience_is_active_from_two_thousand_people(shop):
    shown = shop.api.sandbox.audience(shop.audience)

    assert shown["dsp"] == {"users": 0, "active": False}


def test_dsp_is_not_reached_through_another_region(shop):
    shop.api.accept_terms("eu")
    shop.api.region = "eu"

    done = shop.finish(shop.record(0))

    assert done["jobState"] == "PARTIALLYSUCCEEDED"
    shop.api.wait(3600)
    assert door(shop) == (1, 0)


def test_dsp_is_not_reached_through_a_connection_without_it(shop):
    only_amc = shop.api.connect(amcAccountId="ENTITY1A2B3C", amcInstanceId="amcshop001")
    target = {"connectionId": only_amc, "targetTypes": ["DSP"]}

    done = shop.api.finish(shop.api.send(shop.audience, [shop.record(0)], target))

    assert done["jobState"] == "PARTIALLYSUCCEEDED"


def test_a_connection_without_amc_needs_dsp_to_be_named(shop):
    only_dsp = shop.api.connect(dspAdvertiserId="581124983652187041")

    without = shop.api.send(shop.audience, [shop.record(0)], {"connectionId": only_dsp})
    named = shop.api.send(shop.audience, [shop.record(0)], {"connectionId": only_dsp, "targetTypes": ["DSP"]})

    assert without.status_code == 400
    assert shop.api.finish(named)["jobState"] == "SUCCEEDED"


def test_an_audience_of_an_advertiser_goes_to_dsp_alone_and_has_its_country(api):
    api.accept_terms()
    wish = {"name": "DSP audience", "description": "", "targetResource": {"advertiserId": 581124983652187041}}
    made = api.ask("POST", "/amc/audiences/metadata", wish | {"metadata": {"externalAudienceId": "d"}})
    audience_id = made.json()["audienceId"]
    person = api.sandbox.people("US", 1)[0]
    record = {"externalUserId": "u", "action": "CREATE", "hashedPII": [{"email": sha(person["email"])}]}

    done = api.finish(api.send(audience_id, [record]))

    assert done["jobState"] == "SUCCEEDED"
    api.sandbox.advance(3600 - 400)
    assert api.sandbox.audience(audience_id)["dsp"]["users"] == 1
    assert api.sandbox.audience(audience_id)["amc"]["members"] == 0


def test_other_readings_of_the_answer_are_switches(shop):
    shop.api.sandbox.policy(job_done_state="COMPLETED", rate_scale="fraction")

    done = shop.finish(shop.record(0), shop.record(1, hashedPII=[{"email": "clear"}]))

    assert (done["jobState"], done["successful"]["recordsProcessedRate"]) == ("COMPLETED", 0.5)
