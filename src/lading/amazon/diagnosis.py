"""From an answer that is no success to the error that says what to do: tables, and a parser that survives any body."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from lading.amazon import errors
from lading.amazon.errors import AmazonError, Occasion
from lading.amazon.exact import parsed
from lading.amazon.masking import shown
from lading.amazon.wire import Answer

#: Where the families of the API put their message, in the order of reading. `errors` holds texts or objects.
_MESSAGE_KEYS: Final = ("message", "Message", "details", "errors", "errorMessage", "error_description")
#: What an object within `errors` calls its message.
_INNER_KEYS: Final = ("message", "details", "description", "errorType")

_REQUEST_ID_HEADERS: Final = ("x-amzn-requestid", "x-amz-request-id", "x-amz-rid")
_REQUEST_ID_KEYS: Final = ("requestId", "request_id")

#: The longest wait that is believed, in seconds.
_LONGEST_WAIT: Final = 86_400.0

_BY_STATUS: Final[dict[int, type[AmazonError]]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    408: errors.ServerError,
    410: errors.NotFound,
    413: errors.TooLarge,
    429: errors.Throttled,
}

#: Statuses at which the words decide, since Amazon says the same things with different ones.
_ACCESS_STATUSES: Final = frozenset({400, 401, 403})
_TERMS: Final = re.compile(r"(?i)\bterms\b.{0,60}\baccept|\baccept.{0,60}\bterms\b")
#: About the profile in the Scope header (Ads API, "Errors"), which has nothing to do with scopes of a grant.
_PROFILE: Final = re.compile(r"(?i)no matching advertiser|scope header|access scope")
_SCOPE: Final = re.compile(r"(?i)\bscopes?\b|insufficient_scope|advertising::")
_SCOPE_NAME: Final = re.compile(r"advertising::?[a-z_]+(?::[a-z_]+)?")
_AUDIENCES_SCOPE: Final = "advertising::audiences"
_PERHAPS_SCOPE: Final = f"Check region and account, and that the grant has the scope {_AUDIENCES_SCOPE}."
_CAMPAIGN_SCOPE: Final = "advertising::campaign_management"
#: Paths that the "Data Provider" scope opens (Amazon's "Audience management service", "Advertiser data overview").
_AUDIENCES_PATHS: Final = ("/amc/audiences", "/amc/advertiserData")

#: The errors of Login with Amazon that have a remedy of their own.
_LOGIN_ERRORS: Final[dict[str, type[AmazonError]]] = {
    "invalid_grant": errors.InvalidGrant,
    "invalid_client": errors.InvalidClient,
    "unauthorized_client": errors.InvalidClient,
}
#: A malformed code or refresh token is an `invalid_request`; the remedy is that of a dead one.
_GRANT_PARAMETER: Final = re.compile(r"parameter\s*:\s*(?:code|refresh_token)\b")
_NOT_AT_LOGIN: Final = frozenset({errors.BadRequest, errors.TooLarge, errors.NotFound, errors.Forbidden})


def diagnose(answer: Answer, now: datetime) -> AmazonError:
    """The error that an answer without success stands for. Never fails, whatever the body is."""
    body = _body(answer)
    message = _message(body) or _plain(answer) or f"no message came with status {answer.status}"
    occasion = _occasion(answer, body, now)
    if answer.status in _ACCESS_STATUSES and (access := _access(message, occasion)):
        return access
    return _family(answer.status)(message, occasion)


def diagnose_login(answer: Answer, now: datetime) -> AmazonError:
    """The error that an answer of Login with Amazon's token endpoint stands for."""
    body = _body(answer)
    named = _text(body.get("error"))
    message = _message(body) or named or f"no message came with status {answer.status}"
    return _login_family(named, message, answer.status)(message, _occasion(answer, body, now))


def unexpected(answer: Answer, missing: str) -> AmazonError:
    """The error of a success that lacks something. Some of Amazon's refusals come so: the terms are one."""
    body = _body(answer)
    occasion = _occasion(answer, body, None)
    message = _message(body)
    if _TERMS.search(message):
        return errors.TermsNotAccepted(message, occasion)
    said = f"; it says: {message}" if message else ""
    return errors.UnexpectedAnswer(f"the answer lacks {missing}{said}", occasion)


def seconds_to_wait(header: str | None, now: datetime | None) -> float | None:
    """Retry-After in seconds, 0..86400, from a number or a date. None where there is none, or none that can be read."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header, now)
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_WAIT)


def _until(date: str, now: datetime | None) -> float:
    try:
        moment = parsedate_to_datetime(date)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - now).total_seconds() if now else math.nan
    except (ValueError, TypeError, IndexError, OverflowError):
        return math.nan


def _family(status: int) -> type[AmazonError]:
    if status >= 500:
        return errors.ServerError
    return _BY_STATUS.get(status) or (errors.BadRequest if status >= 400 else errors.UnexpectedAnswer)


def _login_family(named: str, message: str, status: int) -> type[AmazonError]:
    """Never a family that blames what the caller wanted to send: that has not left."""
    if named == "invalid_request" and _GRANT_PARAMETER.search(message):
        return errors.InvalidGrant
    family = _LOGIN_ERRORS.get(named) or _family(status)
    return errors.Unauthorized if family in _NOT_AT_LOGIN else family


def _access(message: str, occasion: Occasion) -> AmazonError | None:
    if _TERMS.search(message):
        return errors.TermsNotAccepted(message, occasion)
    if occasion.status == 400:  # a 400 that speaks of scopes speaks of a field
        return None
    if _PROFILE.search(message):
        return errors.Forbidden(message, occasion)
    if _SCOPE.search(message):
        return errors.MissingScope(message, occasion, scope=_scope(message, occasion.path))
    if occasion.status == 403 and occasion.path.startswith(_AUDIENCES_PATHS):
        return errors.Forbidden(message, occasion, advice=_PERHAPS_SCOPE)
    return None


def _scope(message: str, path: str) -> str:
    if named := _SCOPE_NAME.search(message):
        return named.group()
    return _AUDIENCES_SCOPE if path.startswith(_AUDIENCES_PATHS) else _CAMPAIGN_SCOPE


def _occasion(answer: Answer, body: Mapping[str, Any], now: datetime | None) -> Occasion:
    asked = answer.question
    wait = seconds_to_wait(answer.headers.get("retry-after"), now)
    return Occasion(asked.method, asked.path, answer.status, _request_id(answer, body), wait)


def _request_id(answer: Answer, body: Mapping[str, Any]) -> str | None:
    named = [answer.headers.get(name) for name in _REQUEST_ID_HEADERS]
    named += [body.get(key) for key in _REQUEST_ID_KEYS]
    return next(filter(None, map(_text, named)), "")[:100] or None


def _body(answer: Answer) -> Mapping[str, Any]:
    try:
        value = parsed(answer.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _message(body: Mapping[str, Any]) -> str:
    return next(filter(None, (_text(body.get(key)) for key in _MESSAGE_KEYS)), "")


def _text(value: object) -> str:
    """The message that a value holds: a text, or the first of a list, or what an object within it says."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next((value[key] for key in _INNER_KEYS if isinstance(value.get(key), str)), None)
    return shown(value) if isinstance(value, str) else ""


def _plain(answer: Answer) -> str:
    """A short body in plain text, as gateways send it; a page of HTML tells nobody anything."""
    if "text/plain" not in answer.headers.get("content-type", ""):
        return ""
    return shown(answer.body[:1_000].decode(errors="replace"))
