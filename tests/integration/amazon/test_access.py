"""Grants that live, expire, are withdrawn, lack a scope or belong to somebody else."""

import pytest

from lading.amazon import (
    ConsentRefused,
    Credentials,
    Forbidden,
    InvalidClient,
    InvalidGrant,
    LoopbackReceiver,
    MissingScope,
    NoAnswer,
    ServerError,
    SignIn,
    Throttled,
    Unauthorized,
    authorize_url,
    exchange_code,
)
from lading.amazon.oauth import SCOPES


def token_calls(sandbox):
    return sum(line["path"] == "/auth/o2/token" for line in sandbox.requests())


def test_an_access_token_that_amazon_lets_expire_is_replaced_once(client, amc_sandbox):
    client.profiles.list()
    calls = token_calls(amc_sandbox)

    amc_sandbox.new_grant(action="expire")
    client.profiles.list()

    assert token_calls(amc_sandbox) == calls + 1


def test_an_access_token_is_renewed_before_its_hour_is_over(client, amc_sandbox):
    client.profiles.list()
    before = amc_sandbox.requests()

    amc_sandbox.advance(56 * 60)
    client.profiles.list()

    new = amc_sandbox.requests()[len(before) :]
    assert [(line["path"], line["status"]) for line in new] == [
        ("/auth/o2/token", 200),
        ("/na/v2/profiles", 200),
    ]


def test_a_withdrawn_grant_asks_for_a_new_sign_in(connect, amc_sandbox):
    client = connect()
    amc_sandbox.new_grant(action="revoke")

    with pytest.raises(InvalidGrant, match="Connect to Amazon again"):
        client.profiles.list()

    assert token_calls(amc_sandbox) == 1


def test_a_wrong_secret_is_told(connect):
    with pytest.raises(InvalidClient, match="Correct client id and client secret"):
        connect(secret="wrong").profiles.list()


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_scope_is_named_and_costs_no_refresh(connect, amc_sandbox, status):
    amc_sandbox.policy(missing_scope_status=status)
    grant = amc_sandbox.new_grant(scopes=["advertising::campaign_management"])
    client = connect(refresh_token=grant["refresh_token"])

    with pytest.raises(MissingScope) as caught:
        client.audiences.get("7")

    assert caught.value.scope == "advertising::audiences"
    assert token_calls(amc_sandbox) == 1


def test_the_profile_of_another_region_is_forbidden_without_a_refresh(client, amc_sandbox):
    calls = token_calls(amc_sandbox)

    with pytest.raises(Forbidden, match="Check region"):
        client.dsp_advertisers.list("2234567890")

    assert token_calls(amc_sandbox) == calls


def test_the_instance_of_a_stranger_stays_closed(client):
    with pytest.raises((Forbidden, Unauthorized)):
        client.instances.list("ENTITY9Z8Y7X", "ATVPDKIKX0DER")


@pytest.mark.parametrize(
    ("fault", "kind", "wait"),
    [
        ("throttle", Throttled, True),
        ("throttle_without_retry_after", Throttled, False),
        ("server_error", ServerError, False),
    ],
)
def test_faults_become_the_errors_that_say_what_to_do(client, amc_sandbox, fault, kind, wait):
    client.profiles.list()
    amc_sandbox.faults(**{fault: {"rate": 1, "route": "*profiles*"}})

    with pytest.raises(kind) as caught:
        client.profiles.list()

    assert (caught.value.retry_after is not None) is wait


def test_a_wire_that_is_cut_leaves_it_open_whether_amazon_acted(client, amc_sandbox):
    client.profiles.list()
    amc_sandbox.faults(disconnect={"rate": 1, "route": "*profiles*"})

    with pytest.raises(NoAnswer) as caught:
        client.profiles.list()

    assert caught.value.maybe_sent


@pytest.fixture
def parts(amc_sandbox):
    grant = amc_sandbox.grant
    return Credentials(grant["client_id"], grant["client_secret"]), SignIn.begin()


def test_a_person_signs_in_and_the_grant_works(connect, amc_sandbox, parts, press):
    credentials, sign_in = parts
    with LoopbackReceiver(sign_in.state) as receiver:
        url = authorize_url(
            "NA", credentials.client_id, receiver.redirect_uri, sign_in, endpoint=amc_sandbox.url
        )
        page = press(url, "allow")
        code = receiver.wait(10.0)
        grant = exchange_code(
            "NA",
            credentials,
            code,
            receiver.redirect_uri,
            sign_in,
            clock=amc_sandbox,
            endpoint=amc_sandbox.url,
        )

    assert "You can close this window" in page.text
    assert set(grant.scopes) <= set(SCOPES)
    assert connect(refresh_token=grant.refresh_token).profiles.list()


def signed(sandbox, parts, press):
    """Sign in; returns what an exchange takes, but for the attempt."""
    credentials, sign_in = parts
    with LoopbackReceiver(sign_in.state) as receiver:
        press(
            authorize_url("NA", credentials.client_id, receiver.redirect_uri, sign_in, endpoint=sandbox.url),
            "allow",
        )
        return "NA", credentials, receiver.wait(10.0), receiver.redirect_uri


def test_a_code_serves_once(amc_sandbox, parts, press):
    asked = signed(amc_sandbox, parts, press)
    options = {"clock": amc_sandbox, "endpoint": amc_sandbox.url}
    exchange_code(*asked, parts[1], **options)

    with pytest.raises(InvalidGrant):
        exchange_code(*asked, parts[1], **options)


def test_a_stolen_code_is_worth_nothing_without_its_verifier(amc_sandbox, parts, press):
    asked = signed(amc_sandbox, parts, press)

    with pytest.raises(InvalidGrant):
        exchange_code(*asked, SignIn(parts[1].state, "x" * 43), clock=amc_sandbox, endpoint=amc_sandbox.url)


def test_a_code_dies_after_five_minutes(amc_sandbox, parts, press):
    asked = signed(amc_sandbox, parts, press)
    amc_sandbox.advance(301)

    with pytest.raises(InvalidGrant):
        exchange_code(*asked, parts[1], clock=amc_sandbox, endpoint=amc_sandbox.url)


def test_a_person_who_says_no_is_heard(amc_sandbox, parts, press):
    credentials, sign_in = parts
    with LoopbackReceiver(sign_in.state) as receiver:
        url = authorize_url(
            "NA", credentials.client_id, receiver.redirect_uri, sign_in, endpoint=amc_sandbox.url
        )
        press(url, "deny")

        with pytest.raises(ConsentRefused, match="Access not permitted"):
            receiver.wait(10.0)
