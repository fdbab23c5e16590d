"""What can go wrong with Amazon, sorted by what to do about it.

AmazonError
├── NoAnswer            try again; `maybe_sent` says whether Amazon may have acted
├── Throttled           wait `retry_after`, then try again             429
├── ServerError         wait, then try again                          408, 5xx
├── Unauthorized        sign in again                                 401, also after a fresh token
├── InvalidGrant        sign in again: the refresh token is dead      Login with Amazon
├── InvalidClient       correct client id or secret                   Login with Amazon
├── ConsentRefused      sign in again, and agree                      redirect of Login with Amazon
├── MissingScope        sign in again, with the scope named           400, 401, 403
├── TermsNotAccepted    accept AMC's terms                            400, 401, 403
├── Forbidden           choose what this grant may use                401, 403
├── NotFound            correct the id                                404, 410
├── TooLarge            send less at once                             413
├── BadRequest          correct what was sent                         other 4xx
└── UnexpectedAnswer    tell us: Amazon answered in a shape that nobody documents

Nothing here holds a token, a secret, a request body or personal data: what Amazon said goes through `masking` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from lading.amazon.masking import shown

#: Where a person accepts the terms of Amazon Marketing Cloud.
TERMS_LINK: Final = "https://advertising.amazon.com/marketing-cloud/terms/AMC_Terms.html"

#: The path of the token endpoint at every host of Login with Amazon.
TOKEN_PATH: Final = "/auth/o2/token"  # noqa: S105  (a path, not a secret)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which request went wrong, and what is known of its answer."""

    method: str = ""
    path: str = ""
    status: int | None = None
    request_id: str | None = None
    #: Seconds that Amazon asks to wait, 0..86400; None where it asks nothing.
    retry_after: float | None = None


class AmazonError(Exception):
    """Any trouble with Amazon. `str(error)` tells a person what happened and what to do."""

    #: What to do about it, as the last sentence of the text.
    advice: ClassVar[str] = ""

    def __init__(self, message: str, occasion: Occasion | None = None, *, advice: str = "") -> None:
        #: What Amazon, or the network, said: cleaned, masked, at most 500 characters.
        self.message = shown(message)
        self.occasion = occasion or Occasion()
        super().__init__(" ".join(filter(None, (self._what(), advice or type(self).advice))))

    @property
    def status(self) -> int | None:
        """The HTTP status; None where there was no answer."""
        return self.occasion.status

    @property
    def request_id(self) -> str | None:
        """Amazon's own name of the request, for its support."""
        return self.occasion.request_id

    @property
    def retry_after(self) -> float | None:
        """Seconds that Amazon asks to wait, 0..86400; None where it asks nothing."""
        return self.occasion.retry_after

    @property
    def at_login(self) -> bool:
        """True if it was Login with Amazon that failed: the request to the Ads API itself was not accepted."""
        return self.occasion.path.endswith(TOKEN_PATH)

    def _what(self) -> str:
        at = self.occasion
        if not at.method:
            return self.message
        asked = f"{at.method} {at.path}"
        told = f"Amazon answered {at.status} to {asked}" if at.status is not None else f"No answer to {asked}"
        named = f" (request id {at.request_id})" if at.request_id else ""
        return f"{told}: {self.message.rstrip('.')}{named}."


class NoAnswer(AmazonError):
    """The network failed. `maybe_sent` is False only where Amazon cannot have seen the whole request."""

    def __init__(self, message: str, occasion: Occasion | None = None, *, maybe_sent: bool) -> None:
        self.maybe_sent = maybe_sent
        known = (
            "Amazon may have received the request." if maybe_sent else "Amazon did not receive the request."
        )
        super().__init__(message, occasion, advice=known)


class Throttled(AmazonError):
    """Too many requests."""

    advice = "Wait, then try again."


class ServerError(AmazonError):
    """Amazon has trouble of its own."""

    advice = "Try again later."


class Unauthorized(AmazonError):
    """The access token was refused, and a fresh one too."""

    advice = "Connect to Amazon again."


class InvalidGrant(AmazonError):
    """The refresh token or the code is not, or no longer, valid. Trying again is of no use."""

    advice = "Connect to Amazon again: the permission was withdrawn, has expired or is mistyped."


class InvalidClient(AmazonError):
    """Login with Amazon does not know this client id with this secret."""

    advice = "Correct client id and client secret; both are in your security profile of Login with Amazon."


class ConsentRefused(AmazonError):
    """The person did not agree on Amazon's consent page."""

    advice = "Connect again and agree on Amazon's page."


class MissingScope(AmazonError):
    """The grant lacks a scope; `scope` names it."""

    def __init__(self, message: str, occasion: Occasion | None = None, *, scope: str) -> None:
        self.scope = scope
        super().__init__(message, occasion, advice=f"Connect again with the scope {scope}.")


class TermsNotAccepted(AmazonError):
    """The user who gave the grant has not accepted AMC's terms in this region."""

    #: Where to read and accept them.
    link: ClassVar[str] = TERMS_LINK
    advice = f"Accept the AMC terms: {TERMS_LINK}"


class Forbidden(AmazonError):
    """The grant is good, but not for this profile, account, instance or region."""

    advice = "Check region, profile and account: this user may not use them."


class NotFound(AmazonError):
    """Amazon knows nothing by this id, in this region."""

    advice = "Check the id and the region."


class TooLarge(AmazonError):
    """The request was too large."""

    advice = "Send less at once."


class BadRequest(AmazonError):
    """Amazon refused what was sent; the same again would be refused again."""

    advice = "Correct what was sent."


class UnexpectedAnswer(AmazonError):
    """The answer lacks what it has to have. With a status of 2xx Amazon may have acted all the same."""

    advice = "Please report this: Amazon documents no such answer."
