"""Headers, turns, tokens: what every request has in common, over real HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

import lading
from lading.amazon import (
    BadRequest,
    Forbidden,
    InvalidClient,
    InvalidGrant,
    MissingScope,
    NoAnswer,
    ServerError,
    TermsNotAccepted,
    Throttled,
    Unauthorized,
)

EXPIRED = {"message": "Unauthorized"}


class Turns:
    def __init__(self):
        self.taken = 0
        self.silent = []

    def wait_turn(self):
        self.taken += 1

    def throttled(self, seconds):
        self.silent.append(seconds)


def test_a_request_carries_client_id_token_media_type_and_our_name(amazon):
    amazon.say(200, {"amcAccounts": []})

    amazon.client().accounts.list()

    headers = amazon.asked[0].headers
    assert headers["Authorization"] == "Bearer Atza|1"
    assert headers["Amazon-Advertising-API-ClientId"] == "amzn1.application-oa2-client.abc"
    assert headers["Accept"] == "application/vnd.amcaudiencesconnections.v1+json"
    assert headers["User-Agent"] == f"lading/{lading.__version__}"
    assert headers["Content-Type"] is None


@pytest.mark.parametrize("region", ["NA", "EU", "FE"])
def test_the_region_is_part_of_the_path_at_an_endpoint(amazon, region):
    amazon.say(200, [])

    amazon.client(region).profiles.list()

    assert amazon.asked[0].path == f"/{region.lower()}/v2/profiles"
    assert amazon.token_calls[0].path == "/auth/o2/token"


def test_the_token_endpoint_gets_a_form_and_never_an_authorization_header(amazon, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    amazon.say(200, [])

    amazon.client().profiles.list()

    call = amazon.token_calls[0]
    assert call.form == {
        "grant_type": "refresh_token",
        "refresh_token": "Atzr|first",
        "client_id": "amzn1.application-oa2-client.abc",
        "client_secret": "s3cret",
    }
    assert call.headers["Authorization"] is None
    assert call.headers["Amazon-Advertising-API-ClientId"] is None
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert amazon.asked[0].headers["Authorization"] == "Bearer Atza|1"


def test_a_token_serves_until_five_minutes_before_its_end(amazon):
    client = amazon.client()
    for _ in range(3):
        amazon.say(200, [])

    client.profiles.list()
    amazon.clock.advance(minutes=54, seconds=59)
    client.profiles.list()
    assert len(amazon.token_calls) == 1
    amazon.clock.advance(seconds=1)
    client.profiles.list()

    assert len(amazon.token_calls) == 2
    assert amazon.asked[-1].headers["Authorization"] == "Bearer Atza|2"


def test_a_token_that_lives_shortly_is_not_renewed_at_every_request(amazon):
    amazon.say_token(200, {"access_token": "Atza|short", "expires_in": 60})
    client = amazon.client()
    amazon.say(200, [])
    amazon.say(200, [])

    client.profiles.list()
    amazon.clock.advance(seconds=29)
    client.profiles.list()

    assert len(amazon.token_calls) == 1


def test_an_expired_token_is_refreshed_once_and_the_request_repeated_to_the_byte(amazon):
    turns = Turns()
    amazon.say(401, EXPIRED)
    amazon.say(202, {"jobRequestId": "j-1"})

    assert amazon.client(pace=turns).records.send(b'{"records":[]}') == "j-1"

    first, second = amazon.asked
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)
    assert second.headers["Authorization"] == "Bearer Atza|2"
    assert len(amazon.token_calls) == 2
    assert turns.taken == 2


def test_a_second_401_ends_it(amazon):
    amazon.say(401, EXPIRED)
    amazon.say(401, EXPIRED)

    with pytest.raises(Unauthorized, match="Connect to Amazon again"):
        amazon.client().profiles.list()

    assert len(amazon.asked) == 2
    assert len(amazon.token_calls) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"details": "Terms and conditions must be accepted to continue"}, TermsNotAccepted),
        (401, {"message": "scope advertising::audiences is required"}, MissingScope),
        (401, {"message": "Not authorized to access scope 1"}, Forbidden),
        (403, {"message": "no"}, Forbidden),
        (400, {"message": "no"}, BadRequest),
        (429, {"message": "slow down"}, Throttled),
        (500, {"message": "oops"}, ServerError),
    ],
)
def test_nothing_but_an_expired_token_is_worth_a_refresh(amazon, status, body, kind):
    amazon.say(status, body)

    with pytest.raises(kind):
        amazon.client().profiles.list()

    assert len(amazon.asked) == 1
    assert len(amazon.token_calls) == 1


def test_terms_that_come_to_light_with_the_fresh_token_are_told_as_such(amazon):
    amazon.say(401, EXPIRED)
    amazon.say(401, {"details": "Terms and conditions must be accepted to continue"})

    with pytest.raises(TermsNotAccepted):
        amazon.client().profiles.list()


def test_threads_that_are_refused_with_one_token_share_one_refresh(amazon):
    client = amazon.client()
    amazon.say(200, [])
    client.profiles.list()
    stale = amazon.asked[0].headers["Authorization"]
    plain = amazon.reply

    def refuse_stale(asked):
        if asked.headers["Authorization"] == stale:
            return amazon._made(401, EXPIRED, "answer", {})
        return amazon._made(200, [], "answer", {}) if "profiles" in asked.path else plain(asked)

    amazon.reply = refuse_stale
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: client.profiles.list(), range(16)))

    assert results == [()] * 16
    assert len(amazon.token_calls) == 2


def test_a_refresh_token_that_amazon_replaces_is_kept(amazon):
    amazon.say_token(200, {"access_token": "Atza|x", "expires_in": 3600, "refresh_token": "Atzr|second"})
    amazon.say(200, [])

    amazon.client().profiles.list()

    assert amazon.store.saved == ["Atzr|second"]


def test_a_refresh_token_that_stays_the_same_is_not_written_again(amazon):
    amazon.say_token(200, {"access_token": "Atza|x", "expires_in": 3600, "refresh_token": "Atzr|first"})
    amazon.say(200, [])

    amazon.client().profiles.list()

    assert amazon.store.saved == []


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [(400, "invalid_grant", InvalidGrant), (401, "invalid_client", InvalidClient)],
)
def test_a_dead_grant_or_wrong_secret_is_told_and_not_tried_again(amazon, status, error, kind):
    amazon.say_token(status, {"error_description": "The request has an invalid parameter", "error": error})

    with pytest.raises(kind) as caught:
        amazon.client().profiles.list()

    assert caught.value.at_login
    assert len(amazon.token_calls) == 1
    assert amazon.asked == []


def test_a_missing_refresh_token_is_not_sent(amazon):
    amazon.store.token = " "

    with pytest.raises(InvalidGrant, match="There is no refresh token yet"):
        amazon.client().profiles.list()

    assert amazon.token_calls == []


@pytest.mark.parametrize("token", ["Atza|a\r\nEvil: sesame", "Atza|ü-sesame", "Atza|a sesame"])
def test_an_access_token_that_no_header_can_carry_is_not_quoted(amazon, token):
    amazon.say_token(200, {"access_token": token, "expires_in": 3600})

    with pytest.raises(ServerError, match="an access_token that a header can carry") as caught:
        amazon.client().profiles.list()

    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"access_token":null}', b'{"access_token":1.5}'])
def test_a_token_that_did_not_come_is_amazons_trouble_and_says_nothing_of_the_records(amazon, body):
    amazon.say_token(200, body)

    with pytest.raises(ServerError, match="the answer lacks") as caught:
        amazon.client().profiles.list()

    assert caught.value.at_login


def test_no_answer_at_login_never_means_that_the_records_left(amazon):
    amazon.reply = lambda asked: amazon._made(200, {}, "hang up", {})

    with pytest.raises(NoAnswer) as caught:
        amazon.client().records.send(b"{}")

    assert caught.value.at_login
    assert not caught.value.maybe_sent


def test_neither_errors_nor_representations_show_a_secret(amazon):
    amazon.say(400, {"message": "Atza|1 with s3cret-free jane@example.com"})
    client = amazon.client()

    with pytest.raises(BadRequest) as caught:
        client.records.send(json.dumps({"records": ["jane@example.com"]}).encode())

    shown = f"{caught.value} {caught.value!r} {caught.value.__dict__} {client!r} {client.records!r}"
    for secret in ("Atza|", "Atzr|", "s3cret ", "jane@"):
        assert secret not in shown


def test_retry_after_reaches_the_caller_by_the_clients_clock(amazon):
    amazon.say(429, {"message": "Too many"}, Retry_After="Mon, 23 Nov 2026 12:00:42 GMT")

    with pytest.raises(Throttled) as caught:
        amazon.client().profiles.list()

    assert caught.value.retry_after == 42.0


def test_the_ads_account_goes_with_audiences_alone(amazon):
    client = amazon.client(ads_account_id="amzn1.ads-account.g.1")
    amazon.say(202, {"jobRequestId": "j"})
    amazon.say(200, [])

    client.records.send(b"{}")
    client.profiles.list()

    assert amazon.asked[0].headers["Amazon-Ads-AccountId"] == "amzn1.ads-account.g.1"
    assert amazon.asked[1].headers["Amazon-Ads-AccountId"] is None


def test_an_id_that_would_split_a_header_is_refused(amazon):
    with pytest.raises(ValueError, match="ads account id"):
        amazon.client(ads_account_id="x\r\nEvil: 1")


def test_a_429_is_waited_out_where_a_pace_waits(amazon):
    turns = Turns()
    amazon.say(429, {"message": "slow down"}, Retry_After="7")
    amazon.say(429, {"message": "slow down"})
    amazon.say(200, [])

    assert amazon.client(pace=turns).profiles.list() == ()

    assert (turns.silent, turns.taken) == ([7.0, 4.0], 3)


def test_what_somebody_else_repeats_comes_out_at_once(amazon):
    turns = Turns()
    amazon.say(429, {"message": "slow down"})

    with pytest.raises(Throttled):
        amazon.client(pace=turns).records.send(b"{}")

    assert (turns.silent, turns.taken) == ([], 1)


@pytest.mark.parametrize(("answers", "retry_after", "asked"), [(1, "61", 1), (6, "1", 6)])
def test_a_429_that_asks_for_long_or_does_not_end_is_told(amazon, answers, retry_after, asked):
    turns = Turns()
    for _ in range(answers):
        amazon.say(429, {"message": "slow down"}, Retry_After=retry_after)

    with pytest.raises(Throttled):
        amazon.client(pace=turns).profiles.list()

    assert turns.taken == asked
