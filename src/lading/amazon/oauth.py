"""Signing in through Login with Amazon: the address of the consent page, and the grant for the code that comes back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from lading.amazon.protocols import ClockLike
from lading.amazon.regions import Region, hosts_of
from lading.amazon.tokens import Credentials, Grant, TokenEndpoint
from lading.amazon.wire import Wire

#: What Lading needs: campaign management for AMC at all, audiences ("Data Provider") for audiences and uploads.
SCOPES: Final = ("advertising::campaign_management", "advertising::audiences")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to sign in: what ties the redirect to the one who asked. Not shown."""

    #: Comes back with the redirect; what comes without it is not ours.
    state: str = field(repr=False)
    #: PKCE: kept here, while only its SHA-256 travels through the browser.
    verifier: str = field(repr=False)

    @classmethod
    def begin(cls) -> SignIn:
        """A new attempt, with 256 bits of randomness for each of the two."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


def authorize_url(
    region: Region | str,
    client_id: str,
    redirect_uri: str,
    sign_in: SignIn,
    *,
    scopes: tuple[str, ...] = SCOPES,
    endpoint: str | None = None,
) -> str:
    """The address of Amazon's consent page, for a browser. `redirect_uri` is one of the client's allowed return URLs."""
    url = prepare_grant_uri(
        hosts_of(region, endpoint).consent,
        client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=" ".join(scopes),
        state=sign_in.state,
        code_challenge=create_s256_code_challenge(sign_in.verifier),
        code_challenge_method="S256",
    )
    # Amazon documents %20 between scopes; a plus that is meant is %2B already.
    return str(url).replace("+", "%20")


def exchange_code(  # noqa: PLR0913  (what the exchange consists of; options by keyword)
    region: Region | str,
    credentials: Credentials,
    code: str,
    redirect_uri: str,
    sign_in: SignIn,
    *,
    clock: ClockLike,
    endpoint: str | None = None,
) -> Grant:
    """The grant for a code: keep its refresh token.

    Raises:
        InvalidGrant: the code is used, older than five minutes, or was given for another redirect or attempt.
        InvalidClient: client id or secret is wrong.
        NoAnswer: the network failed; ask for a new code, for this one may be spent.

    """
    hosts = hosts_of(region, endpoint)
    wire = Wire(hosts)
    try:
        return TokenEndpoint(wire, hosts, credentials, clock).exchange(code, redirect_uri, sign_in.verifier)
    finally:
        wire.close()
