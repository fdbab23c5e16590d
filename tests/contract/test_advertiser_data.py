"""What all fourteen operations on advertiser data have in common: terms, headers, scopes, media types, errors."""

import pytest
from datakit import COLUMN, DELETION, FILES, PERSON, PURCHASES, SET, UPLOAD, column

#: Each operation once, in an order in which all of them go well: method, path, body, media type.
OPERATIONS = [
    ("POST", "/dataSets", {"dataSet": PURCHASES}, SET),
    ("POST", "/dataSets/list", None, SET),
    ("GET", "/dataSets/purchases", None, SET),
    ("PUT", "/dataSets/purchases", {"description": "Ours"}, SET),
    ("POST", "/dataSets/purchases/columns", {"column": column("store")}, COLUMN),
    ("PUT", "/dataSets/purchases/columns/store", {"updatedColumnName": "shop"}, COLUMN),
    ("DELETE", "/dataSets/purchases/columns/shop", None, COLUMN),
    ("POST", "/uploads/purchases", FILES, UPLOAD),
    ("POST", "/uploads/list", None, UPLOAD),
    ("GET", "/uploads/purchases/{upload}", None, UPLOAD),
    ("POST", "/userDeletionRequest", {"targetIdentities": [PERSON]}, DELETION),
    ("POST", "/userDeletionRequest/list", None, DELETION),
    ("GET", "/userDeletionRequest/{deletion}", None, DELETION),
    ("DELETE", "/dataSets/purchases", None, SET),
]
TERMS = "Terms and conditions must be accepted to continue"
everywhere = pytest.mark.parametrize(("method", "path", "body", "media"), OPERATIONS)


def test_all_fourteen_answer_200_in_their_media_type(data):
    data.api.sandbox.policy(deletion_unseen_seconds=0)
    known = {}
    for method, path, body, media in OPERATIONS:
        answer = data.ask(method, path.format(**known), body)
        assert answer.status_code == 200, (method, path, answer.text)
        assert answer.headers["content-type"] == media
        told = answer.json()
        known |= {"upload": told["uploadId"]} if "uploadId" in told else {}
        known |= {"deletion": told["userDeletionRequestId"]} if "userDeletionRequestId" in told else {}


def test_plain_json_is_understood_too(data):
    for method, path, body, _ in OPERATIONS[:9]:
        answer = data.ask(
            method, path, body, media="application/json", headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200


@everywhere
def test_without_the_terms_every_operation_is_401(data, method, path, body, media):
    data.api.sandbox.policy(terms_accepted=False)

    assert data.refused(method, path, body, status=401) == TERMS


def test_terms_are_accepted_once_a_region(data):
    answer = data.ask("POST", "/dataSets/list", region="eu")

    assert (answer.status_code, answer.json()["details"]) == (401, TERMS)
    assert data.ask("POST", "/dataSets/list", region="").status_code == 200


@everywhere
def test_both_scopes_are_asked_for(data, method, path, body, media):
    data.api.sandbox.policy(scopes=["advertising::campaign_management"])
    assert "advertising::audiences" in data.refused(method, path, body, status=403)
    data.api.sandbox.policy(scopes=["advertising::audiences"])
    assert "advertising::campaign_management" in data.refused(method, path, body, status=401)


@everywhere
def test_headers_and_instance(data, method, path, body, media):
    for name in list(data.api.extra):
        told = data.refused(method, path, body, headers={name: None})
        assert told == "The headers Amazon-Advertising-API-AdvertiserId and -MarketplaceId are required"
    for wrong in (
        {"Amazon-Advertising-API-AdvertiserId": "ENTITY9Z8Y7X"},
        {"Amazon-Advertising-API-AdvertiserId": "ENTITYNOBODY"},
        {"Amazon-Advertising-API-MarketplaceId": "A1F83G8C2ARO7P"},
    ):
        data.refused(method, path, body, 401, headers=wrong)
    data.refused(method, path, body, 401, headers={"Authorization": "Bearer nothing"})
    data.instance = "amcnothing"
    assert data.refused(method, path, body, 404) == "Instance not found"
    for other in ("amcshopeu1", "amcstrange"):
        data.instance = other
        assert "Forbidden" in data.refused(method, path, body, 403)


def test_another_user_has_no_access(data, stranger):
    stranger.accept_terms()
    stranger.extra = data.api.extra

    answer = stranger.ask("POST", "/amc/advertiserData/amcshop001/dataSets/list")

    assert answer.status_code == 401


def test_the_ads_account_may_be_demanded_on_standard_instances(data):
    data.good("POST", "/dataSets/list")
    data.api.sandbox.policy(ads_account_id="demanded")

    assert "Amazon-Ads-AccountId" in data.refused("POST", "/dataSets/list")
    assert data.ask("POST", "/dataSets/list", headers={"Amazon-Ads-AccountId": "1"}).status_code == 200
    data.instance = "amcshopsbx"
    data.good("POST", "/dataSets/list")


@everywhere
def test_other_media_types(data, method, path, body, media):
    data.refused(method, path, body, 406, headers={"Accept": "text/html"})
    if body is not None:
        data.refused(method, path, body, 415, media="text/plain")
        wrong = SET if media != SET else UPLOAD
        data.refused(method, path, body, 415, media=wrong)


def test_addresses_and_methods_that_nobody_knows(data):
    for method, path, status in (("GET", "/nothing", 404), ("PATCH", "/dataSets/a", 405)):
        answer = data.ask(method, path, {})
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "details", "errors", "requestId"}


def test_faults_strike_here_as_elsewhere(data):
    data.api.sandbox.faults(
        throttle={"at": [1], "retry_after": 7},
        server_error={"at": [2]},
        timeout_before={"at": [3], "hold_seconds": 0.1},
    )

    throttled = data.ask("POST", "/dataSets/list")
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "7")
    assert data.ask("POST", "/dataSets/list").status_code == 500
    with pytest.raises(OSError, match=r"."):
        data.ask("POST", "/dataSets", {"dataSet": PURCHASES})
    assert data.listed("/dataSets/list", "dataSets") == []


def test_the_pace_is_kept_here_too(data):
    data.api.sandbox.policy(requests_per_second=1, requests_burst=1)
    data.good("POST", "/dataSets/list")

    assert data.refused("POST", "/dataSets/list", status=429) == "Too Many Requests"
    data.ask("POST", "/dataSets/list").headers["retry-after"]


def test_reset_forgets_all_of_it(data):
    data.create()
    data.upload()
    data.good("POST", "/userDeletionRequest", {"targetIdentities": [PERSON]})
    state = data.api.sandbox.door("GET", "state")
    assert (state["datasets"], state["uploads"]) == ({"amcshop001": 1}, {"SUBMITTED": 1})
    assert state["userDeletions"] == {"PENDING": 1}

    data.api.sandbox.reset()

    state = data.api.sandbox.door("GET", "state")
    assert (state["datasets"], state["uploads"], state["userDeletions"]) == ({}, {}, {})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/dataSets"),
        ("GET", "/dataSets"),
        ("PUT", "/dataSets/purchases"),
        ("POST", "/data/purchases/uploads"),
        ("GET", "/data/purchases/uploads/1"),
        ("POST", "/data/purchases/batchUploads"),
        ("POST", "/prod/workflowExecutions"),
        ("POST", "/prod/data/purchases/uploads"),
    ],
)
def test_the_api_of_single_instances_is_gone(api, method, path):
    answer = api.session.request(method, api.sandbox.url + path, timeout=30)

    assert answer.status_code == 410
    assert "retired" in answer.json()["message"]
