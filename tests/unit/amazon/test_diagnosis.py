"""From an answer without success to the error with the remedy."""

import json
from datetime import UTC, datetime

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lading.amazon import errors
from lading.amazon.diagnosis import diagnose, diagnose_login, seconds_to_wait, unexpected
from lading.amazon.wire import Answer, Question

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def answer(status, body, *, path="/amc/accounts", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(Question("GET", path, "http://x"), status, httpx2.Headers(named), raw)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "a", "Message": "b", "details": "c"}, "a"),
        (
            {"Message": "STRING_VALUE can not be converted to a Long"},
            "STRING_VALUE can not be converted to a Long",
        ),
        ({"code": "400", "details": "c", "errors": ["d"]}, "c"),
        ({"code": "400", "errors": ["d", "e"]}, "d"),
        ({"message": "", "errors": [{"errorType": "X", "field": "f", "message": "g"}]}, "g"),
        ({"errors": [{"errorType": "DSP_INVALID_QUERY_PARAM"}]}, "DSP_INVALID_QUERY_PARAM"),
        ({"errorMessage": "h"}, "h"),
        ({"error_description": "i", "error": "x"}, "i"),
        ({"message": None, "details": 7, "errors": []}, "no message came with status 422"),
        ([1, 2], "no message came with status 422"),
        ({"message": "\u0000\u202e", "details": "seen"}, "seen"),
        (b"<html>Bad</html>", "no message came with status 422"),
        (b"", "no message came with status 422"),
    ],
)
def test_the_message_is_found_where_each_family_puts_it(body, message):
    assert diagnose(answer(422, body), NOW).message == message


def test_a_gateways_plain_text_is_a_message_too():
    assert diagnose(answer(503, b"Service busy", content_type="text/plain"), NOW).message == "Service busy"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, errors.UnexpectedAnswer),
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (406, errors.BadRequest),
        (408, errors.ServerError),
        (409, errors.BadRequest),
        (410, errors.NotFound),
        (413, errors.TooLarge),
        (415, errors.BadRequest),
        (422, errors.BadRequest),
        (429, errors.Throttled),
        (500, errors.ServerError),
        (501, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServerError),
        (504, errors.ServerError),
        (505, errors.ServerError),
    ],
)
def test_every_status_has_its_family(status, kind):
    error = diagnose(answer(status, {"message": "x"}), NOW)

    assert type(error) is kind
    assert error.status == status


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "Terms and conditions must be accepted to continue", errors.TermsNotAccepted),
        (403, "You have not accepted the AMC terms", errors.TermsNotAccepted),
        (400, "Terms and conditions must be accepted to continue", errors.TermsNotAccepted),
        (401, "No matching advertiser found for scope", errors.Forbidden),
        (401, "Scope header is missing", errors.Forbidden),
        (401, "Not authorized to access scope 123", errors.Forbidden),
        (401, "The token lacks the scope advertising::audiences", errors.MissingScope),
        (403, "insufficient_scope", errors.MissingScope),
        (400, "targetResource is out of scope", errors.BadRequest),
        (401, "Unauthorized", errors.Unauthorized),
        (401, "The access token expired", errors.Unauthorized),
        (500, "Terms and conditions must be accepted to continue", errors.ServerError),
    ],
)
def test_words_tell_terms_scope_and_profile_from_an_expired_token(status, message, kind):
    assert type(diagnose(answer(status, {"message": message}), NOW)) is kind


@pytest.mark.parametrize(
    ("message", "path", "scope"),
    [
        ("needs scope advertising::test:create_account", "/v2/profiles", "advertising::test:create_account"),
        ("missing scope", "/amc/audiences/metadata", "advertising::audiences"),
        ("missing scope", "/amc/instances", "advertising::campaign_management"),
    ],
)
def test_the_missing_scope_is_named(message, path, scope):
    error = diagnose(answer(403, {"message": message}, path=path), NOW)

    assert error.scope == scope
    assert f"Connect again with the scope {scope}." in str(error)


def test_a_bare_403_where_a_scope_may_be_missing_says_so():
    error = diagnose(answer(403, {"message": "Forbidden"}, path="/amc/audiences/metadata"), NOW)

    assert type(error) is errors.Forbidden
    assert "that the grant has the scope advertising::audiences" in str(error)


def test_a_text_for_a_person_says_what_where_and_what_to_do():
    error = diagnose(answer(401, {"details": "Terms must be accepted.", "requestId": "r-1"}), NOW)

    assert str(error) == (
        "Amazon answered 401 to GET /amc/accounts: Terms must be accepted (request id r-1). "
        "Accept the AMC terms: https://advertising.amazon.com/marketing-cloud/terms/AMC_Terms.html"
    )


@pytest.mark.parametrize(
    ("body", "headers", "request_id"),
    [
        ({"requestId": "b"}, {"x_amzn_RequestId": "h"}, "h"),
        ({"requestId": "b"}, {}, "b"),
        ({"request_id": "c"}, {"x_amz_rid": " "}, "c"),
        ({"requestId": 7}, {}, None),
    ],
)
def test_the_request_id_comes_from_header_or_body(body, headers, request_id):
    assert diagnose(answer(500, body, **headers), NOW).request_id == request_id


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("1e999", 86_400.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 99 Nov 99999 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert seconds_to_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error_description": "... refresh_token", "error": "invalid_grant"}, errors.InvalidGrant),
        (
            401,
            {"error_description": "Client authentication failed", "error": "invalid_client"},
            errors.InvalidClient,
        ),
        (400, {"error": "unauthorized_client"}, errors.InvalidClient),
        (
            400,
            {"error_description": "The request has an invalid parameter : code", "error": "invalid_request"},
            errors.InvalidGrant,
        ),
        (
            400,
            {"error_description": "The request has an invalid parameter : scope", "error": "invalid_request"},
            errors.Unauthorized,
        ),
        (400, {"error": "unsupported_grant_type"}, errors.Unauthorized),
        (403, b"<html>a proxy says no</html>", errors.Unauthorized),
        (404, {}, errors.Unauthorized),
        (302, b"", errors.UnexpectedAnswer),
        (429, {}, errors.Throttled),
        (500, {"error": "ServerError"}, errors.ServerError),
        (502, b"<html>", errors.ServerError),
    ],
)
def test_login_with_amazon_has_words_of_its_own(status, body, kind):
    error = diagnose_login(answer(status, body, path="/auth/o2/token"), NOW)

    assert type(error) is kind
    assert error.at_login


def test_a_success_that_lacks_something_names_it():
    error = unexpected(answer(200, {}), "jobRequestId")

    assert type(error) is errors.UnexpectedAnswer
    assert "the answer lacks jobRequestId" in str(error)


def test_a_refusal_for_the_terms_is_known_even_as_a_success():
    error = unexpected(
        answer(200, {"message": "Terms and conditions must be accepted to continue"}), "instances"
    )

    assert type(error) is errors.TermsNotAccepted


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "Message", "details", "errors", "error", "requestId", "error_description"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    status=st.integers(300, 599),
    body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()),
    retry_after=st.none() | st.text(max_size=40),
    content_type=st.sampled_from(["", "text/plain", "application/json", "text/plain; charset=x"]),
)
@example(status=300, body=b"\x00", retry_after=None, content_type="text/plain")
def test_any_body_with_any_status_becomes_one_clear_error(status, body, retry_after, content_type):
    headers = {"content-type": content_type} | ({} if retry_after is None else {"retry-after": retry_after})
    given_answer = Answer(Question("GET", "/v2/profiles", "http://x"), status, headers, body)

    for error in (
        diagnose(given_answer, NOW),
        diagnose_login(given_answer, NOW),
        unexpected(given_answer, "it"),
    ):
        assert isinstance(error, errors.AmazonError)
        assert error.message
        assert str(error).isprintable()
        assert len(str(error)) < 1_200
        assert error.retry_after is None or 0 <= error.retry_after <= 86_400
