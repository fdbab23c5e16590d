"""A sync with two targets by the command: two instances, one result each; and what Amazon is told of an audience."""

import signal

import pytest

EUROPE = """\
  europe:
    region: EU
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN?
    profile_id: "2234567890"
    amc: {account_id: ENTITY2D4E6F, marketplace_id: A1F83G8C2ARO7P, instance_id: amcshopeu1}
    dsp_advertiser_id: "591124983652187042"
    records_per_request: 10
sources:
"""
LONE = "      audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}\n"
BOTH = """\
      - name: us
        audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}
      - name: eu
        audience: {connection: europe, name: Shop customers, target: AMC_AND_DSP, country: US}
"""
#: Nobody has an open connection of this name at Amazon.
BROKEN = ("  europe:\n", "  europe:\n    connection_id: no-such-connection\n")
PEOPLE = 12


@pytest.fixture
def both(desk):
    desk.settings(("sources:\n", EUROPE), (LONE, BOTH))
    desk.write(desk.people(PEOPLE))
    return desk


def ends(done):
    return {one["target"]: one["exit_code"] for one in done.json["data"]["targets"]}


def members(desk):
    """External ids in each audience, by the target's name."""
    desk.sandbox.advance(7200)
    lines = desk.lading("audiences", "list", "--json").data
    held = desk.sandbox.members
    return {line["sync"]: {one["externalUserId"] for one in held(line["audience_id"])} for line in lines}


def test_both_instances_are_planned_carried_and_told_of_one_by_one(both):
    plans = both.lading("plan", "customers", "--json").data
    assert [(one["sync"], one["data"]["explained"]["add"]) for one in plans["targets"]] == [
        ("customers/us", PEOPLE), ("customers/eu", PEOPLE),
    ]  # fmt: skip
    applied = both.lading("apply", "customers", "--json")
    assert (applied.code, ends(applied)) == (0, {"us": 0, "eu": 0})
    books = [one["data"]["books"] for one in applied.json["data"]["targets"]]
    assert [(one["read"], one["confirmed"]) for one in books] == [(PEOPLE, PEOPLE)] * 2
    everybody = {f"c-{number}" for number in range(PEOPLE)}
    assert members(both) == {"customers/us": everybody, "customers/eu": everybody}
    assert [line["sync"] for line in both.lading("runs", "customers", "--json").data] == [
        "customers/eu",
        "customers/us",
    ]
    assert ends(both.lading("report", "customers", "--json")) == {"us": 0, "eu": 0}
    told = both.lading("trace", "customers/eu", "c-1", "--json").data
    assert [step["outcome"] for step in told["steps"]] == ["confirmed"]
    shown = both.lading("audiences", "show", "customers", "--json").data["targets"]
    assert len({one["data"]["audience"]["audience_id"] for one in shown}) == 2
    looked = both.lading("check", "customers/eu", "--json").json["data"]
    assert not any(line["name"].startswith("amazon:") for line in looked)


def test_one_instance_fails_and_the_other_has_its_result_and_the_same_command_mends_it(both):
    both.settings(("sources:\n", EUROPE), (LONE, BOTH), BROKEN)
    done = both.lading("apply", "customers", "--json")
    assert (done.code, ends(done)) == (3, {"us": 0, "eu": 3})
    [problem] = done.json["problems"]
    assert problem["where"].startswith("customers/eu")
    assert done.err.splitlines()[-1].startswith("error: customers/eu")
    both.settings(("sources:\n", EUROPE), (LONE, BOTH))
    again = both.lading("apply", "customers", "--json")
    assert (again.code, ends(again)) == (0, {"us": 0, "eu": 0})
    assert [one["data"]["books"]["changed"] for one in again.json["data"]["targets"]] == [0, PEOPLE]


def test_ctrl_c_between_two_and_the_same_command_goes_on(both):
    """Killed as the second begins: the first is not carried again."""
    killed = both.lading("apply", "customers", LADING_CRASH_AT="ledger.created.before_commit:2")
    assert killed.code == -signal.SIGKILL
    sent = len(both.sent())
    done = both.lading("apply", "customers", "--json")
    assert [one["data"]["books"]["changed"] for one in done.json["data"]["targets"]] == [0, PEOPLE]
    assert len(both.sent()) == 2 * sent


def test_what_is_still_processing_is_followed_by_the_syncs_name(both):
    done = both.lading("apply", "customers", "--no-wait", "--json")
    assert (done.code, ends(done)) == (5, {"us": 5, "eu": 5})
    followed = both.lading("follow", "customers", "--json")
    assert (followed.code, ends(followed)) == (0, {"us": 0, "eu": 0})


def test_one_target_is_named_and_carried_alone(both):
    report = both.lading("apply", "customers/eu", "--json").data
    assert (report["sync"], report["books"]["confirmed"]) == ("customers/eu", PEOPLE)
    refused = both.lading("audiences", "adopt", "customers", "1")
    assert refused.code == 2
    assert "name one of them, customers/us, customers/eu" in refused.err


def test_the_audience_is_brought_to_what_the_settings_say(desk):
    desk.write(desk.people(3))
    assert desk.lading("apply", "customers").code == 0
    desk.settings(("country: US}", "country: US, ttl: 30d}"))
    plan = desk.lading("plan", "customers").out
    assert "397 d -> 30 d" in plan
    killed = desk.lading("apply", "customers", LADING_CRASH_AT="update_audience.after_answer")
    assert killed.code == -signal.SIGKILL
    assert desk.lading("apply", "customers").code == 0
    assert desk.lading("audiences", "list", "--json").data[0]["ttl_seconds"] == 2_592_000
    assert desk.lading("plan", "customers", "--json").data["updates"] == []
    desk.settings(("name: Shop customers", "name: Shop customers 2"))
    refused = desk.lading("apply", "customers")
    assert refused.code == 2
    assert "cannot become Shop customers 2" in refused.err
