"""Profiles, DSP advertisers, AMC accounts and instances: who is where."""

import pytest

AGENCY = {"Amazon-Advertising-API-Scope": "1234567890"}
ACCOUNT = {
    "Amazon-Advertising-API-AdvertiserId": "ENTITY1A2B3C",
    "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
}


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("", [1234567890, 1234567891, 1234567892]),
        ("na", [1234567890, 1234567891, 1234567892]),
        ("eu", [2234567890, 2234567891]),
        ("fe", [3234567890, 3234567891]),
    ],
)
def test_profiles_are_strictly_regional(api, region, expected):
    answer = api.ask("GET", "/v2/profiles", region=region)

    assert answer.headers["content-type"] == "application/json"
    assert [one["profileId"] for one in answer.json()] == expected


def test_profiles_are_filtered_by_type_and_show_the_uk_as_uk(api):
    found = api.ask("GET", "/v2/profiles?profileTypeFilter=agency,vendor", region="eu").json()

    assert [one["accountInfo"]["type"] for one in found] == ["agency"]
    assert found[0]["countryCode"] == "UK"
    assert set(found[0]) == {"profileId", "countryCode", "currencyCode", "timezone", "accountInfo"}
    wrong = api.ask("GET", "/v2/profiles?profileTypeFilter=baker")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "BAD_REQUEST")


def test_a_profile_of_another_region_is_not_there(api):
    assert api.ask("GET", "/v2/profiles/1234567890").json()["profileId"] == 1234567890
    assert api.ask("GET", "/v2/profiles/1234567890", region="eu").status_code == 404


def test_dsp_advertisers_of_an_agency_profile(api):
    answer = api.ask("GET", "/dsp/advertisers", headers=AGENCY).json()

    assert answer["totalResults"] == 2
    assert answer["response"][0] == {
        "advertiserId": "581124983652187041",
        "name": "Example Shop US DSP",
        "currency": "USD",
        "url": "https://example-shop-us-dsp.example",
        "country": "US",
        "timezone": "America/Los_Angeles",
    }
    one = api.ask("GET", "/dsp/advertisers/581124983652187057", headers=AGENCY)
    assert one.json()["country"] == "CA"


def test_dsp_advertisers_are_cut_and_filtered(api):
    second = api.ask("GET", "/dsp/advertisers?startIndex=1&count=1", headers=AGENCY).json()
    assert [one["advertiserId"] for one in second["response"]] == ["581124983652187057"]
    assert second["totalResults"] == 2

    named = api.ask("GET", "/dsp/advertisers?advertiserIdFilter=581124983652187057,1", headers=AGENCY).json()
    assert named["totalResults"] == 1


@pytest.mark.parametrize(
    ("scope", "region", "message"),
    [
        (None, "na", "Scope header is missing"),
        ("77", "na", "No matching advertiser found for scope"),
        ("1234567890", "eu", "No matching advertiser found for scope"),
        ("1234567891", "na", "Not authorized to access scope"),
        ("9234567890", "na", "Not authorized to access scope"),
    ],
)
def test_dsp_scope_errors(api, scope, region, message):
    answer = api.ask(
        "GET", "/dsp/advertisers", headers={"Amazon-Advertising-API-Scope": scope}, region=region
    )

    assert answer.status_code == 401
    assert answer.json()["message"] == message
    assert set(answer.json()) == {"message", "requestId", "errors"}


@pytest.mark.parametrize("query", ["startIndex=29901", "startIndex=-1", "count=0", "count=101", "count=many"])
def test_dsp_query_errors(api, query):
    answer = api.ask("GET", f"/dsp/advertisers?{query}", headers=AGENCY)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["errorType"] == "DSP_INVALID_QUERY_PARAM"
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_dsp_advertiser_of_another_profile_is_not_there(api):
    assert api.ask("GET", "/dsp/advertisers/591124983652187042", headers=AGENCY).status_code == 404


@pytest.mark.parametrize("region", ["na", "eu", "fe"])
def test_amc_accounts_are_the_same_at_every_host(api, region):
    answer = api.ask("GET", "/amc/accounts", region=region)

    assert answer.headers["content-type"] == "application/vnd.amcaudiencesconnections.v1+json"
    assert answer.json()["amcAccounts"] == [
        {"accountId": "ENTITY1A2B3C", "accountName": "Example Shop", "marketplaceId": "ATVPDKIKX0DER"},
        {
            "accountId": "ENTITY2D4E6F",
            "accountName": "Example Shop Europe",
            "marketplaceId": "A1F83G8C2ARO7P",
        },
        {"accountId": "ENTITY3G5H7J", "accountName": "Example Shop Japan", "marketplaceId": "A1VC38T7YXB528"},
    ]
    assert "nextToken" not in answer.json()


def test_amc_accounts_come_in_pages(api):
    api.sandbox.policy(page_size=2)
    first = api.ask("GET", "/amc/accounts").json()
    second = api.ask("GET", f"/amc/accounts?nextToken={first['nextToken']}").json()

    assert (len(first["amcAccounts"]), len(second["amcAccounts"])) == (2, 1)
    assert "nextToken" not in second
    wrong = api.ask("GET", "/amc/accounts?nextToken=nonsense")
    assert wrong.status_code == 400
    assert set(wrong.json()) == {"message", "requestId"}


def test_instances_of_an_account(api):
    api.accept_terms()

    answer = api.ask("GET", "/amc/instances?limit=100", headers=ACCOUNT)

    assert answer.headers["content-type"] == "application/vnd.amcinstances.v1+json"
    found = {one["instanceId"]: one for one in answer.json()["instances"]}
    assert {key: one["instanceType"] for key, one in found.items()} == {
        "amcshop001": "STANDARD",
        "amcshopsbx": "SANDBOX",
    }
    assert {
        "apiEndpoint", "awsAccountId", "creationDatetime", "creationStatus", "dataUploadAwsAccountId", "entities",
        "instanceId", "instanceName", "s3BucketName", "s3BucketRegion",
    } <= set(found["amcshop001"])  # fmt: skip
    one = api.ask("GET", "/amc/instances/amcshop001", headers=ACCOUNT)
    assert one.json() == {"instance": found["amcshop001"]}


def test_instances_come_in_pages(api):
    api.accept_terms()
    first = api.ask("GET", "/amc/instances?limit=1", headers=ACCOUNT).json()
    second = api.ask("GET", f"/amc/instances?limit=1&nextToken={first['nextToken']}", headers=ACCOUNT).json()

    assert [first["instances"][0]["instanceId"], second["instances"][0]["instanceId"]] == [
        "amcshop001",
        "amcshopsbx",
    ]
    assert "nextToken" not in second


def test_instances_need_the_terms(api):
    answer = api.ask("GET", "/amc/instances", headers=ACCOUNT)

    assert answer.status_code == 401
    assert answer.json() == {
        "code": "Unauthorized",
        "details": "Terms and conditions must be accepted to continue",
    }


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/amc/instances", {"Amazon-Advertising-API-AdvertiserId": None}, 400),
        ("/amc/instances", {"Amazon-Advertising-API-MarketplaceId": None}, 400),
        ("/amc/instances", {"Amazon-Advertising-API-MarketplaceId": "A1F83G8C2ARO7P"}, 401),
        ("/amc/instances", {"Amazon-Advertising-API-AdvertiserId": "ENTITY9Z8Y7X"}, 401),
        ("/amc/instances/amcshopeu1", {}, 404),
        ("/amc/instances?limit=101", {}, 400),
    ],
)
def test_instance_errors(api, path, headers, status):
    api.accept_terms()

    answer = api.ask("GET", path, headers=ACCOUNT | headers)

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "details"}
