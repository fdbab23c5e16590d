"""The control door: what it shows, what it steers, what it refuses."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_health(amc_sandbox):
    assert amc_sandbox.door("GET", "health") == {
        "status": "ok",
        "now": "2026-01-05T08:00:00.000000+00:00",
        "seed": 1,
        "people": 2000,
    }


def test_reset_leads_back_to_the_seeded_world(shop):
    sandbox = shop.api.sandbox
    grant, before = sandbox.grant, shop.audience
    sandbox.policy(update="replace")
    sandbox.faults(server_error=1)
    sandbox.advance(1000)

    sandbox.reset()

    state = sandbox.door("GET", "state")
    assert (state["audiences"], state["connections"], state["jobs"], state["faults"]) == ([], [], {}, [])
    assert state["policy"]["update"] == "union"
    assert (state["terms"], state["requests"]) == ({"shop": [], "stranger": []}, 0)
    assert (sandbox.now(), sandbox.grant) == (START, grant)
    shop.api.sign_in()
    shop.api.accept_terms()
    assert shop.api.audience(shop.api.connect()) == before


def test_state_shows_what_there_is(shop):
    shop.finish(shop.record(0))
    shop.api.sandbox.faults(throttle={"rate": 0.0, "route": "/x"})

    state = shop.api.sandbox.door("GET", "state")

    assert state["terms"] == {"shop": ["NA"], "stranger": []}
    assert [one["connectionId"] for one in state["connections"]] == [shop.connection]
    assert [one["audienceId"] for one in state["audiences"]] == [str(shop.audience)]
    assert state["jobs"] == {"SUCCEEDED": 1}
    assert state["faults"] == [{"name": "throttle", "rate": 0.0, "route": "/x", "seen": 0, "hits": 0}]


def test_the_counts_of_an_audience(shop):
    bad = shop.record(2, hashedPII=[{"email": "clear"}])
    shop.finish(shop.record(0), shop.record(1, hashedPII=[{}]), bad)
    shop.send(shop.record(3))

    shown = shop.api.sandbox.audience(shop.audience)

    assert shown == {
        "audienceId": str(shop.audience),
        "externalAudienceId": "shop-customers",
        "name": "Shop customers",
        "ttl": 34_300_800,
        "jobs": 2,
        "received": 4,
        "pending": 1,
        "refused": 1,
        "members": 2,
        "matched": 1,
        "users": 1,
        "amc": {"members": 0},
        "dsp": {"users": 0, "active": False},
    }
    with pytest.raises(ValueError, match="404"):
        shop.api.sandbox.audience(1)
    with pytest.raises(ValueError, match="404"):
        shop.api.sandbox.members("x")


def test_people_are_invented_and_the_same_for_a_seed(amc_sandbox):
    first = amc_sandbox.people("DE", 5)

    assert first == amc_sandbox.people("DE", 5)
    assert {one["country"] for one in first} == {"DE"}
    assert len(amc_sandbox.people(limit=7)) == 7
    assert {
        "user_id",
        "email",
        "phone",
        "first_name",
        "last_name",
        "address",
        "city",
        "state",
        "postal",
    } <= set(first[0])


def test_requests_are_noted_without_their_bodies(shop):
    before = shop.api.sandbox.requests()[-1]["n"]
    answer = shop.send(shop.record(0))
    shop.api.ask("GET", "/amc/audiences/connections?isDefault=true", region="")

    sent, listed = shop.api.sandbox.requests(after=before)

    assert sent == {
        "n": before + 1,
        "at": "2026-01-05T08:00:00.000000+00:00",
        "method": "POST",
        "path": "/na/amc/audiences/records",
        "query": "",
        "status": 202,
        "records": 1,
        "jobRequestId": answer.json()["jobRequestId"],
        "bodySha256": hashlib.sha256(answer.request.body.encode()).hexdigest(),
    }
    assert (listed["path"], listed["query"]) == ("/amc/audiences/connections", "isDefault=true")
    assert shop.api.sandbox.requests(limit=1)[0]["n"] == 1


def test_a_grant_is_made_expired_and_revoked(api):
    assert api.sandbox.new_grant(action="expire", refresh_token="another") == {"expired": 0}
    assert api.sandbox.new_grant(action="expire") == {"expired": 1}
    assert api.ask("GET", "/v2/profiles").status_code == 401
    api.sign_in()
    fresh = api.sandbox.new_grant()
    assert fresh["refresh_token"] != api.grant["refresh_token"]
    assert api.sandbox.new_grant(action="revoke", refresh_token=api.grant["refresh_token"]) == {"revoked": 1}
    assert api.renew().status_code == 400
    api.grant = fresh
    assert api.renew().status_code == 200


def test_terms_are_accepted_and_taken_back_by_policy(api):
    api.sandbox.policy(terms_accepted=True)
    assert api.ask("GET", "/amc/audiences/connections/terms", region="fe").json() == {"hasAccepted": True}
    api.sandbox.policy(terms_accepted=False)
    assert api.ask("GET", "/amc/audiences/connections/terms").json()["hasAccepted"] is False


def test_the_clock_stands_until_it_is_moved(amc_sandbox):
    assert amc_sandbox.now() == START
    assert amc_sandbox.advance(1.5) == START + timedelta(seconds=1.5)
    assert amc_sandbox.now() == START + timedelta(seconds=1.5)


def test_one_sleeper_moves_it_at_once(amc_sandbox):
    answer = amc_sandbox.clock(sleep_until="2026-01-06T00:00:00+01:00")

    assert answer["now"] == "2026-01-05T23:00:00.000000+00:00"
    assert amc_sandbox.clock(sleep_until="2026-01-01T00:00:00Z")["now"] == answer["now"]


def test_several_known_sleepers_move_it_to_the_earliest_when_all_sleep(amc_sandbox):
    amc_sandbox.clock(sleepers=2)
    woke = []

    def sleep(hours):
        moment = START + timedelta(hours=hours)
        woke.append((hours, amc_sandbox.clock(sleep_until=moment.isoformat())["now"]))

    long, short = (threading.Thread(target=sleep, args=(hours,)) for hours in (5, 2))
    long.start()
    short.start()
    short.join(timeout=20)
    assert woke == [(2, "2026-01-05T10:00:00.000000+00:00")]
    assert long.is_alive()
    amc_sandbox.clock(sleepers=1)
    long.join(timeout=20)
    assert woke[1:] == [(5, "2026-01-05T13:00:00.000000+00:00")]


def test_a_real_clock_runs_with_its_speed(amc_sandbox):
    amc_sandbox.clock(mode="real", speed=100_000)
    try:
        moment = START + timedelta(hours=10)
        assert amc_sandbox.clock(sleep_until=moment.isoformat())["now"] >= moment.isoformat()
    finally:
        amc_sandbox.clock(mode="manual", speed=1)


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("PUT", "faults", {"throtle": 1}, "did you mean 'throttle'"),
        ("PUT", "faults", {"throttle": {"rates": 1}}, "did you mean 'rate'"),
        ("PUT", "faults", {"throttle": {}}, "give a rate, or at"),
        ("PUT", "faults", {"throttle": 1.5}, "fault throttle rate"),
        ("PUT", "faults", {"throttle": {"at": [0]}}, "fault throttle at"),
        ("PUT", "faults", {"throttle": "often"}, "a number, or an object"),
        ("PUT", "faults", {"slow_jobs_seconds": {"rate": 1}}, "unknown key 'rate'"),
        ("PUT", "faults", {"seed": "x"}, "faults seed"),
        ("PUT", "policy", {"updat": "union"}, "did you mean 'update'"),
        ("PUT", "policy", {"update": "both"}, "policy update"),
        ("PUT", "policy", {"job_seconds": [9.0, 1.0]}, "policy job_seconds"),
        ("PUT", "policy", {"terms_accepted": "yes"}, "terms_accepted"),
        ("POST", "clock", {"advance": 1}, "did you mean 'advance_seconds'"),
        ("POST", "clock", {"advance_seconds": -1}, "time does not go back"),
        ("POST", "clock", {"advance_seconds": "1"}, "a number"),
        ("POST", "clock", {"speed": 0}, "clock speed"),
        ("POST", "clock", {"mode": "fast"}, "clock mode"),
        ("POST", "clock", {"sleepers": 0}, "clock sleepers"),
        ("POST", "clock", {"sleep_until": "tomorrow"}, "a moment such as"),
        ("POST", "grant", {"scope": []}, "did you mean 'scopes'"),
        ("POST", "grant", {"action": "make"}, "create, expire or revoke"),
        ("POST", "grant", {"user": "me"}, "grant user"),
        ("POST", "grant", {"client_id": "me"}, "grant client_id"),
        ("POST", "grant", {"scopes": ["all"]}, "grant scopes"),
        ("POST", "reset", {"hard": True}, "unknown key 'hard'"),
        ("GET", "population?contry=US", None, "did you mean 'country'"),
        ("GET", "requests?after=x", None, "after: a whole number"),
        ("POST", "clock", [1], "not a JSON object"),
    ],
)
def test_what_it_does_not_know_it_refuses(amc_sandbox, method, path, body, text):
    with pytest.raises(ValueError, match="400") as refused:
        amc_sandbox.door(method, path, body)

    assert text in str(refused.value)


def test_it_is_apart_from_the_regions(amc_sandbox, api):
    assert api.ask("GET", "/_sandbox/health", region="na").status_code == 404
    with pytest.raises(ValueError, match="404"):
        amc_sandbox.door("GET", "nothing")
