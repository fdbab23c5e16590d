"""Segment's door from outside: real HTTP, a real process, killed and started again, and Amazon's membership at the end."""

import hashlib
import hmac
import itertools
import json
import random
import signal
from collections import Counter
from datetime import timedelta

import pytest
from api import served_api

SEGMENT = """\
  engage:
    type: segment
    batch_after: 1s
    secret: env:SEGMENT_SECRET?
"""
SYNC = """\
  vips:
    from: {source: engage, audience: VIPs}
    to:
      audience: {connection: amazon, name: Very important, target: AMC, country: US}
"""


#: The day of the events, lately by the sandbox's clock: what was long ago is forgotten.
DAY = {}


def set_up(desk, engage="", syncs=""):
    DAY["of events"] = f"{desk.sandbox.now() - timedelta(days=2):%Y-%m-%d}"
    desk.settings(("syncs:\n", f"{SEGMENT}{engage}syncs:\n"), add=SYNC + syncs)


def event(user, entered, at, person=None, audience="vips", **more):
    """A Track event of Segment's; `at`: seconds of an hour."""
    person = person or {}
    traits = {
        name: person[name]
        for name in ("first_name", "last_name", "phone", "city", "state", "postal", "address")
        if person.get(name)
    }
    return {
        "type": "track", "event": "Audience Entered" if entered else "Audience Exited", "userId": user, "messageId": f"m-{user}-{at}",
        "timestamp": f"{DAY['of events']}T07:{at // 60:02}:{at % 60:02}.000Z",
        "properties": {"audience_key": audience, audience: entered, **traits},
        "context": {"traits": {"email": person.get("email")}}, **more,
    }  # fmt: skip


def sent_in(api, events, status=200, **headers):
    answer = api.ask("POST", "/v1/segment/engage", json=events, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def codes(said):
    return [one["code"] for one in said["data"]["results"]]


def settled(api, desk, sync="vips"):
    """Once every event was carried."""
    for _ in range(500):
        # In the order in which events go.
        logs = list((desk.home / "events").glob("*.log"))
        waiting = api.get("/v1/segment/engage/deliveries")["waiting"]
        runs = api.get(f"/v1/syncs/{sync}/runs")
        if not (logs or waiting) and runs and all(run["state"] == "done" for run in runs):
            return
        api.let_time_go_by()
    raise AssertionError((waiting, runs, api.said[-5:]))


def members(desk, target="amazon/vips"):
    desk.sandbox.advance(7200)
    audience = json.loads((desk.home / "audiences.json").read_text())[target]["audience_id"]
    return {member["externalUserId"] for member in desk.sandbox.members(audience)}


def test_events_become_members_and_each_has_its_answer(desk):
    set_up(desk)
    people = list(desk.people(8).values())
    with served_api(desk) as api:
        batch = [event(f"u-{number}", True, number, person) for number, person in enumerate(people[:5])]
        wrong = [
            event("", True, 1, people[5]),
            event("not legal!", True, 1, people[5]),
            event("u-9", True, 1),
            {"type": "page"},
            7,
        ]
        other = [
            event("u-8", True, 1, people[5], audience="others"),
            event("u-8", True, 1, people[5], integrations={"All": False}),
        ]
        said = sent_in(api, batch + wrong + other)
        assert codes(said) == [
            *["accepted"] * 5, "external_id_missing", "external_id_illegal", "no_identifier", "no_trigger", "not_an_object", "unknown_audience",
            "integrations",
        ]  # fmt: skip
        assert [one["status"] for one in said["data"]["results"]] == [200] * 5 + [400] * 3 + [
            200,
            400,
            200,
            200,
        ]
        one = sent_in(api, event("", True, 1), status=400)
        assert one["problems"][0]["code"] == "external_id_missing"
        settled(api, desk)
        assert members(desk) == {f"u-{number}" for number in range(5)}

        identify = {
            "type": "identify",
            "userId": "u-1",
            "messageId": "i-1",
            "timestamp": f"{DAY['of events']}T07:59:00Z",
            "traits": {"vips": False},
        }
        assert (
            codes(sent_in(api, [event("u-0", False, 100), identify, event("u-2", True, 2, people[2])]))
            == ["accepted"] * 3
        )
        settled(api, desk)
        assert members(desk) == {"u-2", "u-3", "u-4"}
        # Long settled: an older event, and one that came already, change nothing.
        assert (
            codes(sent_in(api, {"batch": [event("u-0", True, 50, people[0]), event("u-2", False, 1)]}))
            == ["accepted"] * 2
        )
        settled(api, desk)
        assert members(desk) == {"u-2", "u-3", "u-4"}

        counted = Counter()
        for one in api.get("/v1/segment/engage/deliveries?hours=48")["hours"]:
            counted[one["outcome"]] += one["count"]
        assert (counted["accepted"], counted["external_id_missing"], counted["integrations"]) == (10, 2, 1)
        assert (
            'lading_events_total{destination="engage",outcome="accepted"} 10.0'
            in api.ask("GET", "/metrics").text
        )
        told = api.get("/v1/deliveries?name=engage&hours=48&by=day")
        assert {(one["kind"], one["outcome"], one["reason"]) for one in told} >= {
            ("events", "accepted", ""), ("events", "not taken", "external_id_missing"), ("records", "confirmed", ""),
        }  # fmt: skip
        shown = desk.lading("runs", "engage", "--deliveries", "--hours", "48").out
        assert "external_id_missing" in shown
        assert "confirmed" in shown
        deletions = [run for run in api.get("/v1/syncs/vips/runs") if run["state"] == "done"]
        assert all(api.get(f"/v1/runs/{run['id']}/report")["balanced"] for run in deletions)

        desk.lading("forget", "u-3", "--yes")
        assert codes(sent_in(api, [event("u-3", True, 3000, people[3])])) == ["suppressed"]
        code, lines = api.end()
    assert code == 0
    kept = (
        b"".join(path.read_bytes() for path in desk.home.rglob("*") if path.is_file()) + str(lines).encode()
    )
    assert not [person["email"] for person in people if person["email"].encode() in kept]
    assert not list((desk.home / "events").glob("*.log"))
    tried = desk.folder / "event.json"
    tried.write_text(json.dumps(event("u-7", True, 9, people[7])))
    shown = desk.lading("event", "test", tried).out
    assert "accepted" in shown
    assert people[7]["email"] not in shown
    assert "external_id_missing" in desk.lading("event", "list", "--hours", "100").out


def test_signatures_settings_and_audiences_that_nobody_declared(desk):
    set_up(desk, engage="    create: {up_to: 1, connection: amazon, target: DSP, country: US}\n")
    desk.environ["SEGMENT_SECRET"] = "whsec"
    people = list(desk.people(3).values())

    def signed(events, secret=b"whsec"):
        body = json.dumps(events).encode()
        return api.ask(
            "POST",
            "/v1/segment/engage",
            data=body,
            headers={"X-Signature": hmac.new(secret, body, hashlib.sha1).hexdigest()},
        )

    with served_api(desk, role="events") as api:
        fresh = event("u-1", True, 1, people[1], audience="big_spenders")
        settings = {"advertiserId": "581124983652187041", "externalAudienceId": "audience-id-for-device", "description": "Big", "ttl": 2592000,
                    "countryCode": "US", "cpmCents": 100, "currency": "USD"}  # fmt: skip
        fresh["context"]["personas"] = {"computation_key": "big_spenders", "audience_settings": settings}
        assert signed(fresh, b"other").status_code == 401
        assert (
            api.ask("POST", "/v1/segment/engage", json=fresh).json()["problems"][0]["code"]
            == "wrong_signature"
        )
        assert signed(fresh).json()["data"]["results"][0]["code"] == "accepted"
        assert codes(signed([event("u-2", True, 1, people[2], audience="third")]).json()) == [
            "too_many_audiences"
        ]
        assert (
            api.ask("POST", "/v1/segment/nobody", json=fresh).json()["problems"][0]["code"]
            == "unknown_destination"
        )
        assert (
            api.ask("POST", "/v1/segment/engage", data=b"{", headers={"X-Signature": "x"}).status_code == 401
        )
        assert signed("x" * 10).status_code == 400
        admin = desk.lading("keys", "create", "--role", "admin", "--json").data["key"]
        api.key = admin
        settled(api, desk, "engage-big_spenders")
        made = api.get("/v1/settings")["made"]["syncs"]["engage-big_spenders"]["to"]["audience"]
        assert (made["external_id"], made["ttl"], made["fees"]) == (
            "audience-id-for-device",
            2592000,
            [{"cpm_cents": 100, "currency": "USD"}],
        )
        assert members(desk, "amazon/audience-id-for-device") == {"u-1"}


def test_a_destination_that_is_off_sends_nothing(desk):
    set_up(desk, engage="    enabled: false\n")
    with served_api(desk, "--no-worker") as api:
        assert codes(sent_in(api, [event("u-1", True, 1, {"email": "a@example.com"})])) == ["disabled"]
    assert "vips" not in desk.lading("runs").out


def test_without_batching_each_event_goes_at_once_and_alone(desk):
    set_up(desk, engage="    batching: false\n")
    people = list(desk.people(3).values())
    with served_api(desk) as api:
        assert (
            codes(
                sent_in(api, [event(f"u-{number}", True, number, one) for number, one in enumerate(people)])
            )
            == ["accepted"] * 3
        )
        settled(api, desk)
    assert [request["records"] for request in desk.sent()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("engage", "code"),
    [
        ("    batch_size: 1499\n", "wrong_value"), ("    batch_size: 10001\n", "wrong_value"),
        ("    mappings: [" + ", ".join(f"{{name: m{n}}}" for n in range(51)) + "]\n", "wrong_value"),
        ("    mappings: [{name: m, trigger: 'event is x'}]\n", "wrong_trigger"),
        ("    mappings: [{name: m, fields: {email: properties.email}}]\n", "wrong_value"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(desk, engage, code):
    set_up(desk, engage=engage)
    done = desk.lading("runs", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, code)


def test_whatever_the_order_and_whoever_dies_the_same_people_are_members(desk):
    """Every event two or three times, in any order and any batches, while the server is killed again and again."""
    set_up(desk)
    chance = random.Random(7)
    people = list(desk.people(8).values())
    histories = {
        f"u-{number}": [event(f"u-{number}", entered, at, person)
                        for at, entered in zip(sorted(chance.sample(range(3000), 4)), itertools.cycle([True, False]), strict=False)][: 1 + number % 4]
        for number, person in enumerate(people)
    }  # fmt: skip
    wanted = {user for user, history in histories.items() if history[-1]["event"] == "Audience Entered"}
    flood = [one for history in histories.values() for one in history for _ in range(chance.choice([2, 3]))]
    chance.shuffle(flood)
    waiting = [flood[start : start + 9] for start in range(0, len(flood), 9)]
    while waiting:
        with served_api(desk) as api:
            for batch in waiting[:4]:
                assert set(codes(sent_in(api, batch))) == {"accepted"}
            api.process.send_signal(signal.SIGKILL)
        # The last batch of each life comes once more, as Segment sends what it has no answer for.
        waiting = [*waiting[3:4], *waiting[4:]] if len(waiting) > 4 else []
    with served_api(desk) as api:
        settled(api, desk)
        assert members(desk) == wanted
