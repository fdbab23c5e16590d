"""Audience metadata: what an audience may be, and what of it may change."""

import pytest

PATH = "/amc/audiences/metadata"


def wish(connection, **changes):
    return {
        "name": "Shop customers",
        "description": "",
        "targetResource": {"connectionId": connection},
        "metadata": {"externalAudienceId": "x"},
    } | changes


def details(**changes):
    return {"metadata": {"externalAudienceId": "x"} | changes}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "n" * 10},
        {"name": "n" * 128},
        {"description": "d" * 1000},
        {"countryCode": "GB"},
        {"countryCode": "UNKNOWN"},
        details(ttl=0),
        details(ttl=34_300_800),
        details(audienceFees=[{"cpmCents": 12.5, "currency": "EUR"}, {"cpmCents": 100, "currency": "JPY"}]),
        {"targetResource": {"advertiserId": 581124983652187041}},
        {"somethingNew": 1},
    ],
)
def test_lawful_audiences(api, change):
    assert api.ask("POST", PATH, wish(api.connect()) | change).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"name": "n" * 9},
        {"name": "n" * 129},
        {"description": "d" * 1001},
        {"countryCode": "UK"},
        {"countryCode": "us"},
        details(ttl=-1),
        details(ttl=34_300_801),
        details(audienceFees=[]),
        details(audienceFees=[{"cpmCents": 1, "currency": "EUR"}] * 14),
        details(audienceFees=[{"cpmCents": 1, "currency": "CHF"}]),
        details(audienceFees=[{"cpmCents": 1.5, "currency": "JPY"}]),
        {"targetResource": {"connectionId": "nobody"}},
        {"targetResource": {}},
        {"targetResource": {"connectionId": "c", "advertiserId": 581124983652187041}},
        {"targetResource": {"advertiserId": 591124983652187042}},
        {"targetResource": {"advertiserId": 999124983652187049}},
        {"metadata": {}},
    ],
)
def test_unlawful_audiences(api, change):
    answer = api.ask("POST", PATH, wish(api.connect()) | change)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/vnd.amcaudiences.v1+json"
    assert list(answer.json()) == ["message"]


@pytest.mark.parametrize("key", ["name", "description", "targetResource", "metadata"])
def test_required_keys(api, key):
    body = wish(api.connect())
    del body[key]

    answer = api.ask("POST", PATH, body)

    assert answer.status_code == 400
    assert key in answer.json()["message"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"targetResource": {"advertiserId": "581124983652187041"}},
            "STRING_VALUE can not be converted to a Long",
        ),
        (details(ttl="397"), "STRING_VALUE can not be converted to a Long"),
        (details(ttl=1.5), "DECIMAL_VALUE can not be converted to a Long"),
    ],
)
def test_numbers_in_quotes_cannot_be_read(api, change, text):
    answer = api.ask("POST", PATH, wish(api.connect()) | change)

    assert (answer.status_code, answer.json()) == (400, {"Message": text})


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", '{"description": null}'])
def test_bodies_that_cannot_be_read(api, raw):
    answer = api.ask("POST", PATH, raw=raw, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert len(answer.json()) == 1


def test_strict_names_are_a_switch(api):
    api.sandbox.policy(strict_names=True)
    connection = api.connect()

    assert api.ask("POST", PATH, wish(connection, name="Käufer der Woche")).status_code == 400
    assert api.ask("POST", PATH, wish(connection, description="50 % off")).status_code == 400
    assert api.ask("POST", PATH, wish(connection, name="Shop_customers - 1")).status_code == 201


def test_an_external_id_is_taken_once_unless_the_switch_says_otherwise(api):
    connection = api.connect()
    assert api.ask("POST", PATH, wish(connection)).status_code == 201

    again = api.ask("POST", PATH, wish(connection))

    assert again.status_code == 400
    assert "already exists" in again.json()["message"]
    api.sandbox.policy(duplicate_audience="accept")
    assert api.ask("POST", PATH, wish(connection)).status_code == 201


def test_an_audience_is_shown_whole(api):
    connection = api.connect()
    fees = [{"cpmCents": 12.5, "currency": "EUR"}]
    audience_id = api.audience(connection, countryCode="US", **details(ttl=86400, audienceFees=fees))

    shown = api.ask("GET", f"{PATH}/{audience_id}")

    assert shown.status_code == 200
    assert shown.json() == {
        "advertiserId": 581124983652187041,
        "audienceId": audience_id,
        "name": "Shop customers",
        "description": "",
        "countryCode": "US",
        "metadata": {
            "externalAudienceId": "x",
            "ttl": 86400,
            "audienceFees": fees,
            "audienceSize": {"receivedRecordSize": 0, "idResolutionCount": 0, "dspAudienceSize": 0},
        },
    }


def test_the_longest_life_is_the_default(api):
    audience_id = api.audience(api.connect())

    assert api.ask("GET", f"{PATH}/{audience_id}").json()["metadata"]["ttl"] == 34_300_800


def test_description_ttl_and_fees_can_change_and_nothing_else(api):
    audience_id = api.audience(api.connect())
    change = {
        "name": "Another name",
        "countryCode": "DE",
        "description": "new",
        "metadata": {
            "ttl": 60,
            "audienceFees": [{"cpmCents": 1, "currency": "USD"}],
            "externalAudienceId": "y",
        },
    }

    answer = api.ask("PUT", f"{PATH}/{audience_id}", change)

    assert answer.status_code == 200
    assert answer.json() == {
        "advertiserId": 581124983652187041,
        "audienceId": audience_id,
        "name": "Shop customers",
        "description": "new",
        "metadata": {
            "externalAudienceId": "shop-customers",
            "ttl": 60,
            "audienceFees": [{"cpmCents": 1, "currency": "USD"}],
        },
    }
    assert api.ask("GET", f"{PATH}/{audience_id}").json()["countryCode"] == "US"


@pytest.mark.parametrize(
    "change",
    [{"metadata": {"ttl": 34_300_801}}, {"description": "d" * 1001}, {"metadata": {"audienceFees": []}}],
)
def test_unlawful_changes(api, change):
    assert api.ask("PUT", f"{PATH}/{api.audience(api.connect())}", change).status_code == 400


@pytest.mark.parametrize(
    ("audience_id", "status"),
    [("1", 404), ("99999999999999999999", 404), ("x", 400), ("413642381039213536", 404)],
)
def test_audiences_that_are_not_there(api, audience_id, status):
    for method, body in (("GET", None), ("PUT", {})):
        answer = api.ask(method, f"{PATH}/{audience_id}", body)
        assert answer.status_code == status
        assert list(answer.json()) == ["message"]


def test_another_user_s_audience_is_not_there(api, stranger):
    audience_id = api.audience(api.connect())

    assert stranger.ask("GET", f"{PATH}/{audience_id}").status_code == 404


def test_there_is_no_list_and_no_end(api):
    audience_id = api.audience(api.connect())

    assert api.ask("GET", PATH).status_code == 405
    assert api.ask("DELETE", f"{PATH}/{audience_id}").status_code == 405
