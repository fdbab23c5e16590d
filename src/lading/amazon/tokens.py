"""Login with Amazon: codes and refresh tokens become access tokens, and these are kept until shortly before they expire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from lading.amazon.diagnosis import diagnose_login, unexpected
from lading.amazon.errors import TOKEN_PATH, InvalidGrant, NoAnswer, ServerError, UnexpectedAnswer
from lading.amazon.protocols import ClockLike, TokenStore
from lading.amazon.regions import Hosts
from lading.amazon.shapes import Shape
from lading.amazon.wire import Answer, Question, Wire

#: An access token is renewed this long before it expires: a request under way must not outlive it.
RENEW_BEFORE: Final = timedelta(minutes=5)
#: Amazon's own lifetime of an access token ("Access tokens"), where an answer does not say it.
_LIFETIME: Final = 3_600
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The client of Login with Amazon that the user registered. The secret is not shown."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What Login with Amazon gave. Its tokens are not shown."""

    access_token: str = field(repr=False)
    #: Seconds that the access token lives from now on.
    expires_in: int
    #: The refresh token, which lives until the user withdraws it; "" where none came.
    refresh_token: str = field(repr=False)
    #: The scopes that were granted; empty where Amazon does not say.
    scopes: tuple[str, ...] = ()


class TokenEndpoint:
    """`POST /auth/o2/token`. Never with an Authorization header: that breaks the call."""

    def __init__(self, wire: Wire, hosts: Hosts, credentials: Credentials, clock: ClockLike) -> None:
        self._wire = wire
        self._url = hosts.token
        self._credentials = credentials
        self._clock = clock

    def refresh(self, refresh_token: str) -> Grant:
        """A new access token for a refresh token.

        Raises:
            InvalidGrant: the user has to connect again.
            InvalidClient: client id or secret is wrong.

        """
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant for a code, which serves once and for five minutes.

        Raises:
            InvalidGrant: the code is used, expired or mistyped.
            InvalidClient: client id or secret is wrong.

        """
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._ask({**asked, "code_verifier": verifier})

    def _ask(self, fields: Mapping[str, str]) -> Grant:
        known = self._credentials
        form = {**fields, "client_id": known.client_id, "client_secret": known.client_secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        question = Question(
            "POST", TOKEN_PATH, self._url, headers=headers, body=urlencode(form).encode("ascii")
        )
        answer = self._wire.exchange(question)
        if not answer.good:
            raise diagnose_login(answer, self._clock.now())
        return _grant(answer)


def _grant(answer: Answer) -> Grant:
    shape = Shape.of(answer)
    access = shape.identifier("access_token")
    if not _TOKEN.fullmatch(access):  # the library below would quote it in its error
        raise unexpected(answer, "an access_token that a header can carry")
    lifetime = shape.count("expires_in") or _LIFETIME
    scopes = tuple(shape.text("scope").split())
    return Grant(access, min(max(lifetime, 0), 86_400), shape.text("refresh_token"), scopes)


@dataclass(frozen=True, slots=True)
class _Access:
    token: str = field(repr=False)
    renew_at: datetime


class AccessTokens:
    """The access token of the moment, shared by all threads of a client; one refresh at a time."""

    def __init__(self, endpoint: TokenEndpoint, store: TokenStore, clock: ClockLike) -> None:
        self._endpoint = endpoint
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._access: _Access | None = None

    def current(self) -> str:
        """An access token that is good for some minutes; refreshed if need be."""
        with self._lock:
            if self._access is None or self._clock.now() >= self._access.renew_at:
                self._access = self._refreshed()
            return self._access.token

    def instead_of(self, refused: str) -> str:
        """Another token than the one that Amazon refused; one refresh, however many threads were refused with it."""
        with self._lock:
            if self._access is None or self._access.token == refused:
                self._access = None
                self._access = self._refreshed()
            return self._access.token

    def _refreshed(self) -> _Access:
        kept = self._store.refresh_token()
        if not kept.strip():
            raise InvalidGrant("There is no refresh token yet.")
        try:
            grant = self._endpoint.refresh(kept)
        except NoAnswer as lost:
            # What the caller wanted to send has not left, whatever became of the refresh.
            raise NoAnswer(lost.message, lost.occasion, maybe_sent=False) from None
        except UnexpectedAnswer as odd:  # which would mean that Amazon may have acted on what the caller sent
            raise ServerError(odd.message, odd.occasion) from None
        if grant.refresh_token and grant.refresh_token != kept:
            self._store.save_refresh_token(grant.refresh_token)
        return _Access(grant.access_token, self._renewal(grant))

    def _renewal(self, grant: Grant) -> datetime:
        lifetime = timedelta(seconds=grant.expires_in)
        # A token that lives ten minutes or less is used for half of its life: else it would be renewed at every request.
        return self._clock.now() + max(lifetime - RENEW_BEFORE, lifetime / 2)
