"""Faults by name, over the wire."""

import pytest
import requests

PROFILES = "/v2/profiles"


def statuses(api, count):
    return [api.ask("GET", PROFILES).status_code for _ in range(count)]


def test_a_fault_strikes_the_requests_it_names(api):
    api.sandbox.faults(server_error={"at": [2, 3]})

    assert statuses(api, 4) == [200, 500, 500, 200]


def test_a_rate_strikes_the_same_requests_for_the_same_seed(api):
    api.sandbox.faults(seed=5, throttle=0.4)
    first = statuses(api, 25)
    api.sandbox.faults(seed=5, throttle=0.4)
    second = statuses(api, 25)
    api.sandbox.faults(seed=6, throttle=0.4)
    third = statuses(api, 25)

    assert first == second != third
    assert 3 < first.count(429) < 18


def test_a_fault_strikes_so_many_times(api):
    api.sandbox.faults(server_error={"rate": 1, "times": 2})

    assert statuses(api, 4) == [500, 500, 200, 200]


def test_a_fault_strikes_where_it_is_told_to(api):
    api.sandbox.faults(server_error={"rate": 1.0, "route": "POST /amc/audiences/*"})

    assert api.ask("GET", "/amc/audiences/connections").status_code == 200
    assert api.ask("POST", "/amc/audiences/connections", {}).status_code == 500
    api.sandbox.faults(server_error={"rate": 1.0, "route": "/auth/*"})
    assert api.renew().status_code == 500
    assert api.ask("GET", PROFILES).status_code == 200


def test_a_throttle_may_hide_how_long(api):
    api.sandbox.faults(throttle_without_retry_after=1)

    answer = api.ask("GET", PROFILES)

    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers


def test_clearing_ends_them(api):
    api.sandbox.faults(server_error=1)
    api.sandbox.door("DELETE", "faults")

    assert statuses(api, 1) == [200]


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        ({"timeout_before": {"at": [1], "hold_seconds": 0}}, False),
        ({"timeout_after": {"at": [1], "hold_seconds": 0}}, True),
        ({"disconnect": {"at": [1]}}, True),
    ],
)
def test_answers_that_never_come(api, fault, carried_out):
    api.sandbox.faults(**fault)

    with pytest.raises(requests.ConnectionError):
        api.connect()

    (line,) = [
        one for one in api.sandbox.requests() if one["method"] == "POST" and "connections" in one["path"]
    ]
    assert line["status"] is None
    assert len(api.ask("GET", "/amc/audiences/connections").json()["connections"]) == int(carried_out)


def test_a_held_answer_outlasts_the_patience_of_a_client(api):
    api.sandbox.faults(timeout_after={"at": [1], "hold_seconds": 60})
    url = f"{api.sandbox.url}/auth/o2/token"

    with pytest.raises(requests.ReadTimeout):
        api.session.post(url, data={"grant_type": "refresh_token", **api.grant}, timeout=0.5)

    assert statuses(api, 1) == [200]


def test_refused_records_are_named(shop):
    shop.api.sandbox.faults(refuse_records={"at": [2, 5]})

    first = shop.finish(*[shop.record(number) for number in range(3)])
    second = shop.finish(*[shop.record(number) for number in range(3, 6)])

    assert [one["externalId"] for one in first["invalidRecords"]] == ["p-1"]
    assert [one["externalId"] for one in second["invalidRecords"]] == ["p-4"]
    assert set(shop.members()) == {"p-0", "p-2", "p-3", "p-5"}
    assert shop.api.sandbox.audience(shop.audience)["refused"] == 2


def test_refused_records_stop_after_so_many(shop):
    shop.api.sandbox.faults(refuse_records={"rate": 1.0, "times": 2})

    done = shop.finish(*[shop.record(number) for number in range(4)])

    assert [one["externalId"] for one in done["invalidRecords"]] == ["p-0", "p-1"]


def test_a_failed_job_changes_nothing(shop):
    shop.api.sandbox.faults(job_failed={"at": [1]})

    failed = shop.finish(shop.record(0))

    assert failed["jobState"] == "FAILED"
    assert failed["invalidRecords"] == []
    assert shop.members() == {}
    assert shop.finish(shop.record(0))["jobState"] == "SUCCEEDED"


def test_a_partial_job_without_dsp_loses_every_second_record_unnamed(shop):
    shop.api.sandbox.faults(job_partial=1)

    done = shop.finish(*[shop.record(number) for number in range(4)], dsp=False)

    assert (done["jobState"], done["successful"]["recordsProcessedRate"]) == ("PARTIALLYSUCCEEDED", 50.0)
    assert done["invalidRecords"] == []
    assert set(shop.members()) == {"p-0", "p-2"}


def test_slow_jobs(shop):
    shop.api.sandbox.faults(slow_jobs_seconds=7200)
    answer = shop.send(shop.record(0))

    shop.api.wait(7259)
    assert shop.api.job(answer.json()["jobRequestId"])["jobState"] == "PENDING"
    shop.api.wait(121)
    assert shop.api.job(answer.json()["jobRequestId"])["jobState"] == "SUCCEEDED"


def test_short_tokens(api):
    api.sandbox.faults(token_expiry_seconds=5)
    assert api.renew().json()["expires_in"] == 5
    api.sign_in()
    api.sandbox.advance(5)

    assert statuses(api, 1) == [401]
