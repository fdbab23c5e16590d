"""A plan is looked at, then delivered as it was shown, or refused with what to do instead."""

from datetime import timedelta

import pytest

PEOPLE = 12


@pytest.fixture
def desk(desk):
    desk.write(desk.people(PEOPLE))
    return desk


def planned(desk, *options):
    return desk.lading("plan", "customers", "--json", *options).data


def refused(desk, plan, code, *words):
    before = len(desk.sent())
    done = desk.lading("apply", plan, "--json")
    [problem] = done.json["problems"]
    assert (done.code, problem["code"], len(desk.sent())) == (2, code, before)
    assert problem["where"] == f"plan {plan}"
    for word in (*words, "nothing was sent"):
        assert word in problem["message"]


def test_a_plan_shows_records_as_they_are_sent(desk):
    """The sandbox kept what came: the same sets, under the same ids."""
    view = planned(desk, "--sample", "5")
    assert [one["change"] for one in view["sample"]] == ["add"] * 5
    assert desk.lading("apply", view["id"]).code == 0
    desk.members()
    held = {one["externalUserId"]: one["sets"] for one in desk.sandbox.members(desk.audience_id)}
    for one in view["sample"]:
        record = one["record"]
        assert (record["action"], record["countryCode"]) == ("CREATE", "US")
        assert [set(found.values()) for found in held[record["externalUserId"]]] == [
            set(found.values()) for found in record["hashedPII"]
        ]


def test_a_sample_holds_every_kind_of_change(desk):
    desk.settings(add="    mode: mirror\n")
    assert desk.lading("apply", "customers").code == 0
    people = desk.people(PEOPLE + 1)
    people.pop("c-3")
    people["c-1"]["email"] = "somebody.else@shop.example"
    desk.write(people)
    view = planned(desk, "--sample", "5")
    assert {one["change"] for one in view["sample"]} == {"remove", "drop", "add", "update"}
    assert {one["record"]["action"] for one in view["sample"]} == {"DELETE", "CREATE"}
    text = desk.lading("plan", "customers", "--sample", "2").out
    assert '"externalUserId":"c-3","action":"DELETE"' in text
    assert "shop.example" not in text


def test_nobody_is_shown_unasked(desk):
    assert planned(desk)["sample"] == []
    assert desk.lading("plan", "customers", "--sample", "-1").code == 2


def test_a_plan_is_delivered_as_it_was_shown(desk):
    view = planned(desk)
    report = desk.lading("apply", view["id"], "--json").data
    assert report["books"]["confirmed"] == view["explained"]["add"] == PEOPLE
    assert desk.members() == {f"c-{number}" for number in range(PEOPLE)}


def test_a_plan_that_the_audience_has_overtaken(desk):
    plan = planned(desk)["id"]
    assert desk.lading("apply", "customers").code == 0
    refused(desk, plan, "stale_plan", "`lading plan customers`")


def test_a_plan_whose_source_has_changed(desk):
    plan = planned(desk)["id"]
    desk.write(desk.people(PEOPLE + 1))
    refused(desk, plan, "source_changed", "`lading plan customers`")


def test_a_plan_of_a_file_given_by_hand(desk):
    desk.write(desk.people(3), "other.csv")
    plan = planned(desk, "--input", "other.csv")["id"]
    desk.write(desk.people(4))  # the sync's own file, of which the plan knows nothing
    desk.write(desk.people(2), "other.csv")
    refused(desk, plan, "source_changed", "--input", "other.csv")
    plan = planned(desk, "--input", "other.csv")["id"]
    done = desk.lading("apply", plan, "--input", "other.csv", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "input_with_plan")
    assert desk.lading("apply", plan, "--json").data["books"]["confirmed"] == 2


def test_a_plan_of_yesterday(desk):
    plan = planned(desk)["id"]
    desk.sandbox.advance(24 * 3600 - 60)
    young = planned(desk)["id"]
    desk.sandbox.advance(120)
    refused(desk, plan, "old_plan", "older than a day", "`lading plan customers`")
    assert desk.lading("apply", young).code == 0


def test_a_guarded_plan_does_not_grow_old_by_waiting(desk):
    """What was stopped was not sent: it is as old as it is, and makes room for a new plan."""
    desk.settings(add="    guards: {min_records: 100}\n")
    plan = planned(desk)["id"]
    stopped = desk.lading("apply", plan, "--json")
    assert stopped.code == 4
    assert f"`lading apply {plan} --accept min_records`" in stopped.err
    desk.sandbox.advance(25 * 3600)
    done = desk.lading("apply", plan, "--accept", "min_records", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "old_plan")
    anew = planned(desk)["id"]
    assert desk.lading("apply", anew, "--accept", "min_records", "--json").data["state"] == "done"


def test_what_began_to_be_sent_is_finished_whatever_became_of_the_source(desk):
    plan = planned(desk)["id"]
    desk.sandbox.faults(slow_jobs_seconds=3600)
    assert desk.lading("apply", plan, "--max-wait", "1").code == 5
    desk.write(desk.people(3))
    desk.sandbox.advance(30 * 3600)
    assert desk.lading("apply", plan, "--json").data["books"]["confirmed"] == PEOPLE


def test_a_plan_says_why_everybody_is_sent_again(desk):
    assert desk.lading("apply", "customers").code == 0
    desk.settings(("country: US}", "country: US}\n    identity: {profile: segment}"))
    told = planned(desk)["explained"]
    why = f"{PEOPLE} people are sent again because identity.profile changed from amc to segment"
    assert (told["update"], told["resent"], told["why_again"]) == (PEOPLE, PEOPLE, why)
    assert told["identity_changed"] == [{"setting": "identity.profile", "before": "amc", "now": "segment"}]
    assert why in desk.lading("plan", "customers").out
    assert desk.lading("apply", "customers", "--accept", "profile_changed").code == 0
    assert planned(desk)["explained"]["why_again"] is None


def test_a_plan_says_so_of_other_settings_too(desk):
    assert desk.lading("apply", "customers").code == 0
    changed = "identity: {email_plus: keep, variants: [phone_trunk]}"
    desk.settings(("country: US}", f"country: US}}\n    {changed}"))
    told = planned(desk)["explained"]
    assert told["why_again"] == (
        f"{PEOPLE} people are sent again because identity.variants changed from none to phone_trunk "
        "and identity.email_plus changed from merge to keep"
    )


def test_a_plan_names_columns_that_came_and_went(desk):
    assert desk.lading("apply", "customers").code == 0
    path = desk.folder / "customers.csv"
    path.write_text(path.read_text("utf-8").replace(",phone,", ",fax,", 1), "utf-8")
    view = planned(desk)
    assert view["explained"]["columns_changed"] == [
        {"column": "phone", "before": "phone", "now": None},
        {"column": "fax", "before": None, "now": ""},
    ]
    assert "phone is gone (it was read as phone)" in desk.lading("plan", "customers").out
    assert [one["name"] for one in view["tripped"]] == ["schema_changed"]


def test_a_plan_says_when_its_sync_runs_by_itself(desk):
    assert planned(desk)["schedule"] is None
    desk.settings(
        add='    schedule: {cron: "0 3 * * *"}\n'
        "  others:\n    from: {source: files, path: customers.csv}\n    schedule: {after: customers}\n"
        "    to: [{name: one, audience: {connection: amazon, name: Some others, country: US}}]\n"
    )
    first = (desk.sandbox.now() - timedelta(hours=3)).date() + timedelta(days=1)
    words = f"0 3 * * * (UTC); next {first:%a %Y-%m-%d} 03:00, {first + timedelta(days=1):%a %Y-%m-%d} 03:00"
    assert words in " ".join(desk.lading("plan", "customers").out.split())
    assert planned(desk)["schedule"]["next"][0].startswith(f"{first}T03:00:00")
    assert "schedule    after customers" in desk.lading("plan", "others/one").out
    assert desk.lading("pause", "customers").code == 0
    assert "paused: 0 3 * * *" in desk.lading("plan", "customers").out
