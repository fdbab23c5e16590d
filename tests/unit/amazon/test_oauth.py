"""The address of the consent page, and the grant for a code."""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from lading.amazon import Credentials, InvalidGrant, NoAnswer, SignIn, authorize_url, exchange_code

CREDENTIALS = Credentials("amzn1.application-oa2-client.abc", "s3cret")
REDIRECT = "http://127.0.0.1:5000/callback"


def test_the_address_asks_for_a_code_with_state_and_pkce():
    sign_in = SignIn("st+ate", "verifier")

    url = authorize_url("EU", "client", REDIRECT, sign_in)

    challenge = urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    assert url.startswith("https://eu.account.amazon.com/ap/oa?")
    assert "scope=advertising%3A%3Acampaign_management%20advertising%3A%3Aaudiences" in url
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [REDIRECT],
        "scope": ["advertising::campaign_management advertising::audiences"],
        "state": ["st+ate"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
    }


def test_an_endpoint_has_its_own_consent_page():
    url = authorize_url(
        "NA", "c", REDIRECT, SignIn.begin(), scopes=("profile",), endpoint="http://127.0.0.1:8377"
    )

    assert url.startswith("http://127.0.0.1:8377/ap/oa?")
    assert "scope=profile&" in url


def test_every_attempt_is_its_own_and_is_not_shown():
    first, second = SignIn.begin(), SignIn.begin()

    assert first != second
    assert 43 <= len(first.verifier) <= 128
    assert first.state not in repr(first)
    assert first.verifier not in repr(first)


def exchange(amazon):
    return exchange_code(
        "NA",
        CREDENTIALS,
        "ANcode",
        REDIRECT,
        SignIn("s", "verifier"),
        clock=amazon.clock,
        endpoint=amazon.url,
    )


def test_a_code_becomes_a_grant(amazon):
    amazon.say_token(
        200,
        {
            "access_token": "Atza|a",
            "refresh_token": "Atzr|r",
            "token_type": "bearer",
            "expires_in": 3600,
            "scope": "advertising::campaign_management advertising::audiences",
        },
    )

    grant = exchange(amazon)

    assert (grant.access_token, grant.refresh_token, grant.expires_in) == ("Atza|a", "Atzr|r", 3600)
    assert grant.scopes == ("advertising::campaign_management", "advertising::audiences")
    assert "Atz" not in repr(grant)
    assert amazon.token_calls[0].headers["Authorization"] is None
    assert amazon.token_calls[0].form == {
        "grant_type": "authorization_code",
        "code": "ANcode",
        "redirect_uri": REDIRECT,
        "code_verifier": "verifier",
        "client_id": "amzn1.application-oa2-client.abc",
        "client_secret": "s3cret",
    }


def test_a_used_code_is_an_invalid_grant(amazon):
    amazon.say_token(
        400,
        {"error_description": "The request has an invalid grant parameter : code", "error": "invalid_grant"},
    )

    with pytest.raises(InvalidGrant) as caught:
        exchange(amazon)

    assert "ANcode" not in str(caught.value)


def test_a_code_that_got_lost_may_be_spent(amazon):
    amazon.reply = lambda asked: amazon._made(200, {}, "hang up", {})

    with pytest.raises(NoAnswer) as caught:
        exchange(amazon)

    assert caught.value.maybe_sent


def test_credentials_do_not_show_the_secret():
    assert "s3cret" not in repr(CREDENTIALS)
