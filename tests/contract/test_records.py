"""Records: what refuses a whole request, and what refuses one record of a job."""

import hashlib

import pytest


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


GOOD = {"externalUserId": "u-1", "action": "CREATE", "hashedPII": [{"email": sha("a@example.com")}]}


@pytest.mark.parametrize(
    "record",
    [
        GOOD,
        GOOD | {"externalUserId": "Az09-_" + "x" * 122},
        GOOD | {"hashedPII": [{}] * 100},
        GOOD | {"action": "DELETE"},
        GOOD | {"measurements": {}},
        GOOD | {"userConsent": {"geo": {"countryCode": "US", "ipAddress": "192.0.2.1"}}},
        GOOD
        | {
            "userConsent": {
                "consent": {"amzn": {"amznAdStorage": "UNKNOWN", "amznUserData": "NOT_APPLICABLE"}}
            }
        },
        GOOD | {"unknownKey": [1]},
    ],
)
def test_lawful_records(shop, record):
    assert shop.send(record).status_code == 202


@pytest.mark.parametrize(
    "record",
    [
        {key: value for key, value in GOOD.items() if key != "externalUserId"},
        {key: value for key, value in GOOD.items() if key != "action"},
        {key: value for key, value in GOOD.items() if key != "hashedPII"},
        GOOD | {"externalUserId": ""},
        GOOD | {"externalUserId": "x" * 129},
        GOOD | {"externalUserId": "a@b"},
        GOOD | {"externalUserId": 7},
        GOOD | {"action": "UPDATE"},
        GOOD | {"hashedPII": []},
        GOOD | {"hashedPII": [{}] * 101},
        GOOD | {"hashedPII": {"email": sha("a")}},
        GOOD | {"hashedPII": [{"email": None}]},
        GOOD | {"countryCode": None},
        GOOD | {"userConsent": {"consent": {"amzn": {"amznUserData": "YES"}}}},
        "a record",
    ],
)
def test_one_unlawful_record_refuses_the_whole_request(shop, record):
    answer = shop.send(GOOD, record)

    assert answer.status_code == 400
    assert list(answer.json()) in (["message"], ["Message"])
    assert shop.api.sandbox.audience(shop.audience)["received"] == 0


def test_between_one_and_ten_thousand(shop):
    assert shop.send().status_code == 400
    assert shop.send(*[GOOD] * 10_001).status_code == 400
    assert shop.send(*[GOOD] * 10_000).status_code == 202


@pytest.mark.parametrize(
    "target",
    [
        {"connectionId": "nobody"},
        {"connectionId": 7},
        {"targetTypes": ["AMC"]},
        {"targetTypes": ["DSP", "DSP"]},
    ],
)
def test_unlawful_targets(shop, target):
    assert shop.api.send(shop.audience, [GOOD], target).status_code == 400


def test_the_default_connection_is_used_when_none_is_named(shop):
    for target in (None, {}, {"connectionId": ""}, {"targetTypes": ["DSP"]}):
        assert shop.api.send(shop.audience, [GOOD], target).status_code == 202


def test_without_any_connection_there_is_no_way(shop):
    shop.api.ask("DELETE", "/amc/audiences/connections")

    assert shop.api.send(shop.audience, [GOOD]).status_code == 400


def test_another_user_s_connection_is_no_way(shop, stranger):
    stranger.accept_terms()
    theirs = stranger.connect(amcAccountId="ENTITY9Z8Y7X", amcInstanceId="amcstrange")

    assert shop.api.send(shop.audience, [GOOD], {"connectionId": theirs}).status_code == 400


def test_terms_come_first(api):
    connection = api.connect()
    audience_id = api.audience(connection)

    answer = api.send(audience_id, [GOOD], {"connectionId": connection})

    assert answer.status_code == 401
    assert answer.json() == {"message": "Terms and conditions must be accepted to continue"}


def test_the_grant_needs_the_audiences_scope(shop):
    shop.api.sandbox.policy(scopes=["advertising::campaign_management"])
    answer = shop.send(GOOD)
    assert answer.status_code == 403
    assert "advertising::audiences" in answer.json()["message"]

    shop.api.sandbox.policy(missing_scope_status=401)

    assert shop.send(GOOD).status_code == 401
    assert shop.api.ask("GET", "/v2/profiles").status_code == 200


def test_an_audience_id_that_metadata_never_made_fails_the_job(shop):
    answer = shop.api.send(
        413642381039213536, [GOOD, GOOD | {"externalUserId": "u-2"}], {"connectionId": shop.connection}
    )

    done = shop.api.finish(answer)

    assert done["jobState"] == "FAILED"
    assert done["successful"] == {"recordsProcessedRate": 0.0}
    assert [one["externalId"] for one in done["invalidRecords"]] == ["u-1", "u-2"]
    assert "audienceSize" not in done


@pytest.mark.parametrize(
    "hashed",
    ["a@example.com", sha("x").upper(), sha("x")[:63], sha("x") + "0", "", " " + sha("x")],
)
def test_a_value_that_is_no_hash_refuses_its_record_at_the_job(shop, hashed):
    done = shop.finish(shop.record(0), GOOD | {"hashedPII": [{"email": sha("a")}, {"phone": hashed}]})

    assert done["jobState"] == "SUCCEEDED"
    assert done["successful"] == {"recordsProcessedRate": 50.0}
    (refused,) = done["invalidRecords"]
    assert set(refused) == {"audienceId", "externalId", "error"}
    assert (refused["audienceId"], refused["externalId"]) == (str(shop.audience), "u-1")
    assert set(shop.members()) == {"p-0"}


def test_a_country_that_is_none_refuses_its_record(shop):
    done = shop.finish(GOOD | {"countryCode": "UK"}, shop.record(0))

    assert [one["error"] for one in done["invalidRecords"]] == ["countryCode is not valid"]


def test_a_job_of_refused_records_only_has_failed(shop):
    done = shop.finish(GOOD | {"countryCode": "UK"})

    assert (done["jobState"], done["successful"]["recordsProcessedRate"]) == ("FAILED", 0.0)


def consent(**signal):
    return {"userConsent": {"consent": signal}}


@pytest.mark.parametrize(
    ("given", "country", "mode", "taken"),
    [
        ({}, "DE", "transition", True),
        ({}, "DE", "mandatory", False),
        ({}, "US", "mandatory", True),
        (consent(amzn={"amznUserData": "DENIED"}), "US", "transition", False),
        (consent(amzn={"amznUserData": "GRANTED", "amznAdStorage": "DENIED"}), "DE", "transition", False),
        (consent(amzn={"amznUserData": "GRANTED"}), "DE", "mandatory", True),
        (consent(amzn={"amznUserData": "UNKNOWN"}), "GB", "mandatory", False),
        (consent(amzn={"amznUserData": "NOT_APPLICABLE"}), "US", "mandatory", True),
        (consent(tcf="CPXxRfAPXxRfAAfKABENB"), "DE", "mandatory", True),
        (consent(gpp="DBABMA~CPXxRfAPXxRfA"), "DE", "mandatory", True),
        ({"userConsent": {"geo": {"countryCode": "FR"}}}, "US", "mandatory", False),
    ],
)
def test_consent(shop, given, country, mode, taken):
    shop.api.sandbox.policy(consent=mode)

    done = shop.finish(GOOD | {"countryCode": country} | given)

    assert (not done["invalidRecords"]) is taken


def test_consent_is_not_asked_of_removals(shop):
    shop.api.sandbox.policy(consent="mandatory")

    done = shop.finish(GOOD | {"countryCode": "DE", "action": "DELETE"})

    assert done["invalidRecords"] == []


def test_fifteen_million_records_an_hour_and_connection(shop):
    shop.api.sandbox.policy(records_per_hour=5)
    assert shop.send(*[GOOD] * 3).status_code == 202
    shop.api.wait(600)
    assert shop.send(*[GOOD] * 2).status_code == 202

    answer = shop.send(*[GOOD] * 3)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3000"
    shop.api.wait(3000)
    assert shop.send(*[GOOD] * 3).status_code == 202


def test_jobs_that_are_not_there(shop, stranger):
    assert shop.api.ask("GET", "/amc/audiences/records/none").status_code == 404
    job_id = shop.send(GOOD).json()["jobRequestId"]
    answer = stranger.ask("GET", f"/amc/audiences/records/{job_id}")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])
