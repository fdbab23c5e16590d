"""Login with Amazon: consent, codes and tokens."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

HERE = "http://127.0.0.1:9/callback"
SCOPES = "advertising::campaign_management advertising::audiences"


@pytest.fixture
def asked(api):
    return {
        "client_id": api.grant["client_id"],
        "scope": SCOPES,
        "response_type": "code",
        "redirect_uri": HERE,
        "state": "s&1=<b>",
    }


def page(api, asked):
    return api.session.get(f"{api.sandbox.url}/ap/oa", params=asked, timeout=30, allow_redirects=False)


def decide(api, asked, decision="allow", **more):
    form = {**asked, "decision": decision, **more}
    return api.session.post(f"{api.sandbox.url}/ap/oa", data=form, timeout=30, allow_redirects=False)


def came_back(answer):
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{HERE}?")
    return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(api, code, **fields):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": HERE,
        "client_id": api.grant["client_id"],
        "client_secret": api.grant["client_secret"],
        **fields,
    }
    form = {key: value for key, value in form.items() if value is not None}
    return api.session.post(f"{api.sandbox.url}/auth/o2/token", data=form, timeout=30)


def test_the_page_says_who_asks_for_what_and_carries_the_request(api, asked):
    answer = page(api, asked)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Create audiences and upload audience records" in answer.text
    assert "<b>" not in answer.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert hidden["redirect_uri"] == HERE
    assert hidden["state"] == "s&amp;1=&lt;b&gt;"


def test_allow_leads_to_a_code_that_becomes_tokens_of_the_user(api, asked):
    back = came_back(decide(api, asked))

    assert (back["state"], back["scope"]) == ("s&1=<b>", SCOPES)
    tokens = exchange(api, back["code"])
    assert tokens.status_code == 200
    assert tokens.headers["cache-control"] == "no-store"
    body = tokens.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert body["access_token"].startswith("Atza|")
    assert body["refresh_token"].startswith("Atzr|")
    api.token = body["access_token"]
    assert len(api.ask("GET", "/v2/profiles").json()) == 3


def test_deny_leads_back_with_an_error(api, asked):
    assert came_back(decide(api, asked, "deny")) == {
        "error": "access_denied",
        "error_description": "Access not permitted.",
        "state": "s&1=<b>",
    }


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "advertising::everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_a_wrong_wish_leads_back_with_an_error(api, asked, change, error):
    assert came_back(page(api, asked | change))["error"] == error
    assert came_back(decide(api, asked | change))["error"] == error


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "amzn1.application-oa2-client.nobody"},
        {"redirect_uri": "https://shop.example/back"},
        {"redirect_uri": ""},
    ],
)
def test_an_unknown_client_or_return_url_is_never_redirected_to(api, asked, change):
    for answer in (page(api, asked | change), decide(api, asked | change)):
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_a_registered_return_url_is_allowed(api, asked):
    api.sandbox.policy(return_urls=["https://shop.example/back"])

    answer = decide(api, asked | {"redirect_uri": "https://shop.example/back"})

    assert answer.headers["location"].startswith("https://shop.example/back?code=")


def test_a_scope_after_an_ampersand_is_lost(api, asked):
    query = f"client_id={asked['client_id']}&response_type=code&redirect_uri={HERE}"
    url = f"{api.sandbox.url}/ap/oa?{query}&scope=advertising::campaign_management&advertising::audiences"

    text = api.session.get(url, timeout=30).text

    assert "See and manage your advertising accounts" in text
    assert "Create audiences" not in text


def test_a_code_is_good_once_and_for_five_minutes(api, asked):
    code = came_back(decide(api, asked))["code"]
    assert exchange(api, code).status_code == 200
    again = exchange(api, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert again.json()["error_description"] == "The request has an invalid grant parameter : code"
    assert {"error_index", "request_id"} <= set(again.json())

    late = came_back(decide(api, asked))["code"]
    api.sandbox.advance(300)

    assert exchange(api, late).json()["error"] == "invalid_grant"


def test_a_code_belongs_to_its_return_url(api, asked):
    code = came_back(decide(api, asked))["code"]

    assert exchange(api, code, redirect_uri="http://127.0.0.1:9/other").json()["error"] == "invalid_grant"


@pytest.mark.parametrize("method", ["S256", "plain", ""])
def test_a_code_with_a_challenge_needs_its_verifier(api, asked, method):
    verifier = "v" * 43
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    wish = asked | {
        "code_challenge": hashed if method == "S256" else verifier,
        "code_challenge_method": method,
    }

    wrong = came_back(decide(api, wish))["code"]
    right = came_back(decide(api, wish))["code"]

    assert exchange(api, wrong, code_verifier="w" * 43).json()["error"] == "invalid_grant"
    assert exchange(api, wrong, code_verifier=verifier).json()["error"] == "invalid_grant"
    assert exchange(api, right, code_verifier=verifier).status_code == 200


def test_the_same_refresh_token_comes_back_at_any_host(api):
    for prefix in ("", "/na", "/eu", "/fe"):
        form = {"grant_type": "refresh_token", **api.grant}
        answer = api.session.post(f"{api.sandbox.url}{prefix}/auth/o2/token", data=form, timeout=30)
        assert answer.json()["refresh_token"] == api.grant["refresh_token"]


REFRESH = "The request has an invalid grant parameter : refresh_token"


@pytest.mark.parametrize(
    ("change", "status", "error", "description"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", "Client authentication failed"),
        ({"client_id": "nobody"}, 401, "invalid_client", "Client authentication failed"),
        ({"refresh_token": "Atzr|nothing"}, 400, "invalid_grant", REFRESH),
        (
            {"refresh_token": ""},
            400,
            "invalid_request",
            "The request has an invalid parameter : refresh_token",
        ),
        (
            {"grant_type": "password"},
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server",
        ),
        ({"grant_type": ""}, 400, "invalid_request", "The request has an invalid parameter : grant_type"),
        (
            {"grant_type": "authorization_code"},
            400,
            "invalid_request",
            "The request has an invalid parameter : code",
        ),
    ],
)
def test_token_errors(api, change, status, error, description):
    answer = api.renew(**change)

    assert answer.status_code == status
    assert list(answer.json()) == ["error_description", "error"]
    assert answer.json() == {"error_description": description, "error": error}


def test_a_revoked_grant_says_so_and_its_access_tokens_die(api):
    api.sandbox.new_grant(action="revoke", refresh_token=api.grant["refresh_token"])

    answer = api.renew()

    assert (
        answer.json()["error_description"]
        == f"{REFRESH}. User may have revoked or didn't grant the permission."
    )
    assert api.ask("GET", "/v2/profiles").status_code == 401


def test_a_bearer_header_breaks_the_token_call(api):
    form = {"grant_type": "refresh_token", **api.grant}
    url = f"{api.sandbox.url}/auth/o2/token"

    answer = api.session.post(url, data=form, headers={"Authorization": f"Bearer {api.token}"}, timeout=30)

    assert answer.status_code == 401


def test_a_body_that_is_no_form_is_refused(api):
    answer = api.session.post(
        f"{api.sandbox.url}/auth/o2/token", json={"grant_type": "refresh_token", **api.grant}, timeout=30
    )

    assert answer.json()["error"] == "invalid_request"


def test_another_user_may_sign_in(api, asked):
    code = came_back(decide(api, asked, user="stranger"))["code"]
    api.token = exchange(api, code).json()["access_token"]

    assert [one["profileId"] for one in api.ask("GET", "/v2/profiles").json()] == [9234567890]
    assert decide(api, asked, user="nobody").status_code == 400
