"""What is asked of every request before its meaning: who calls, how fast, in which media type."""

import pytest

AUDIENCES = "application/vnd.amcaudiences.v1+json"
ACCOUNT = {
    "Amazon-Advertising-API-AdvertiserId": "ENTITY1A2B3C",
    "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
}
#: A path of each family, and the keys of its errors.
FAMILIES = [
    ("/v2/profiles", {"code", "details", "requestId"}),
    ("/dsp/advertisers", {"message", "requestId", "errors"}),
    ("/amc/accounts", {"message", "requestId"}),
    ("/amc/instances", {"code", "details"}),
    ("/amc/audiences/connections", {"message", "requestId"}),
    ("/amc/audiences/connections/terms", {"message", "requestId"}),
    ("/amc/audiences/metadata/1", {"message"}),
    ("/amc/audiences/records/x", {"message"}),
]


@pytest.mark.parametrize(("path", "keys"), FAMILIES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": None},
        {"Authorization": "Bearer Atza|wrong"},
        {"Authorization": "Basic abc"},
        {"Amazon-Advertising-API-ClientId": None},
        {"Amazon-Advertising-API-ClientId": "amzn1.application-oa2-client.00112233445566778899aabbccddeeff"},
    ],
)
def test_who_is_not_known_gets_401_in_the_shape_of_the_family(api, path, keys, headers):
    answer = api.ask("GET", path, headers=headers)

    assert answer.status_code == 401
    assert set(answer.json()) == keys


@pytest.mark.parametrize(("path", "keys"), FAMILIES)
def test_accept_is_respected(api, path, keys):
    refused = api.ask("GET", path, headers={"Accept": "text/html"})

    assert refused.status_code == 406
    assert set(refused.json()) == keys
    for accept in ("*/*", "application/json", "text/html, application/*;q=0.5"):
        assert api.ask("GET", path, headers={"Accept": accept} | ACCOUNT).status_code != 406


WRITES = [
    ("POST", "/amc/audiences/connections", "application/vnd.amcaudiencesconnections.v1+json"),
    ("PATCH", "/amc/audiences/connections/terms", "application/vnd.amcaudiencesconnections.v1+json"),
    ("POST", "/amc/audiences/metadata", AUDIENCES),
    ("PUT", "/amc/audiences/metadata/1", AUDIENCES),
    ("POST", "/amc/audiences/records", AUDIENCES),
]


@pytest.mark.parametrize(("method", "path", "media"), WRITES)
def test_bodies_come_as_the_vendor_type_or_as_json(api, method, path, media):
    for sent in (media, "application/json", f"{media}; charset=utf-8", media.upper()):
        assert api.ask(method, path, {}, media=sent).status_code != 415
    for sent in ("text/plain", "application/vnd.amcaudiences.v2+json", None):
        answer = api.ask(method, path, raw="{}", headers={"Content-Type": sent})
        assert answer.status_code == 415
        assert "message" in answer.json()


def test_the_answer_names_its_request(api):
    first, second = api.ask("GET", "/v2/profiles"), api.ask("GET", "/v2/profiles")

    assert first.headers["x-amzn-RequestId"] != second.headers["x-amzn-RequestId"]
    error = api.ask("GET", "/amc/audiences/connections?connectionId=none")
    assert error.json()["requestId"] == error.headers["x-amzn-RequestId"]


def test_header_names_are_written_in_any_case(api):
    headers = {
        "Amazon-Advertising-API-ClientId": None,
        "AMAZON-ADVERTISING-API-CLIENTID": api.grant["client_id"],
    }

    assert api.ask("GET", "/v2/profiles", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/amc/audiences/nothing", "message"),
        ("/amc/nothing", "details"),
        ("/dsp/nothing", "message"),
        ("/nothing", "details"),
    ],
)
def test_addresses_that_nobody_knows(api, path, key):
    answer = api.ask("GET", path)

    assert answer.status_code == 404
    assert key in answer.json()


def test_methods_that_nobody_knows(api):
    assert api.ask("DELETE", "/v2/profiles").status_code == 405
    assert api.ask("PATCH", "/amc/audiences/records", {}).status_code == 405


def test_bare_is_north_america(api):
    assert (
        api.ask("GET", "/v2/profiles", region="").json() == api.ask("GET", "/v2/profiles", region="na").json()
    )
    assert api.ask("GET", "/v2/profiles", region="xx").status_code == 404


def test_a_client_that_asks_too_often_waits(api):
    api.sandbox.policy(requests_per_second=0.5, requests_burst=2)
    assert [api.ask("GET", "/v2/profiles").status_code for _ in range(3)] == [200, 200, 429]

    answer = api.ask("GET", "/v2/profiles")

    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["details"] == "Too Many Requests"
    api.sandbox.advance(2)
    assert [api.ask("GET", "/v2/profiles").status_code for _ in range(2)] == [200, 429]


def test_a_body_that_is_too_large(shop):
    shop.api.sandbox.policy(max_body_bytes=1000)

    answer = shop.send(*[shop.record(0)] * 20)

    assert answer.status_code == 413
    assert list(answer.json()) == ["message"]
    assert shop.send(shop.record(0)).status_code == 202


def test_a_grant_without_campaign_management_opens_nothing(api):
    api.grant = api.sandbox.new_grant(scopes=["profile"])
    api.sign_in()

    assert api.ask("GET", "/v2/profiles").status_code == 401


def test_the_old_name_of_the_scope_is_as_good(api):
    api.grant = api.sandbox.new_grant(scopes=["cpc_advertising:campaign_management"])
    api.sign_in()

    assert api.ask("GET", "/v2/profiles").status_code == 200
    assert api.ask("GET", "/amc/audiences/connections").status_code == 403
