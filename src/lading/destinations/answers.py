"""Amazon's refusals in our words: what it is, and what to do about it."""

from __future__ import annotations

from typing import Final

from lading import amazon
from lading.errors import AccessError, GaveUp, LadingError, SettingsError

#: Error class -> (our code, what to do). Looked up by class, then bases. `{name}` is the connection's name.
_REMEDIES: Final[dict[type[amazon.AmazonError], tuple[type[LadingError], str, str]]] = {
    amazon.InvalidGrant: (
        AccessError, "token_revoked",
        "Authentication failed: the refresh token is invalid, expired or revoked. Run `lading connect {name}` to sign in again",
    ),
    amazon.InvalidClient: (
        SettingsError, "client_refused",
        "Amazon does not know this client id and secret. Check connections.{name}.client_id and client_secret",
    ),
    amazon.TermsNotAccepted: (
        AccessError, "terms_not_accepted",
        ("The AMC terms are not accepted. Accept them at "
        "https://advertising.amazon.com/marketing-cloud/terms/AMC_Terms.html or with `lading connect {name} --accept-terms`"),
    ),
    amazon.MissingScope: (
        AccessError, "scope_missing",
        ("The grant lacks a scope. Run `lading connect {name}` and allow both advertising::campaign_management and "
        "advertising::audiences (your client needs Amazon's approval for each)"),
    ),
    amazon.ConsentRefused: (
        AccessError, "declined", "Amazon's sign-in was declined. Run `lading connect {name}` again and allow access",
    ),
    amazon.ConsentTimeout: (
        AccessError, "sign_in_timeout", "Nobody signed in in time. Run `lading connect {name}` again",
    ),
    amazon.PortTaken: (
        SettingsError, "port_taken", ("The port for the redirect is in use. Run `lading connect {name} --port PORT` with one "
        "that is free and among your client's allowed return URLs"),
    ),
    amazon.Unauthorized: (
        AccessError, "unauthorized",
        "Amazon refused the access token, also a fresh one. Run `lading check` to see what is missing",
    ),
    amazon.Forbidden: (
        AccessError, "forbidden",
        "The signed-in user may not do this. Check the permissions of the profile and the AMC instance, then `lading check`",
    ),
    amazon.NotFound: (
        AccessError, "not_found",
        "Amazon does not know what was asked for. Check the ids of connections.{name} and the audience id",
    ),
    amazon.Throttled: (
        GaveUp, "throttled", "Amazon is throttling this profile. Run the same command again later: nothing is lost",
    ),
    amazon.ServerError: (
        GaveUp, "server_error", "Amazon answers with errors of its own. Run the same command again later: nothing is lost",
    ),
    amazon.NoAnswer: (
        GaveUp, "no_answer",
        ("Amazon could not be reached. Check the network, the proxy and connections.{name}.endpoint, then run the same "
        "command again: nothing is lost"),
    ),
    amazon.AmazonError: (
        AccessError, "amazon_error", "Amazon refused the request. Run `lading check` to see what is missing",
    ),
}  # fmt: skip


def explained(error: amazon.AmazonError, connection: str) -> LadingError:
    """`error` as the error that a user of the connection reads."""
    kind, code, remedy = next(_REMEDIES[cls] for cls in type(error).__mro__ if cls in _REMEDIES)
    said = f". ({error})" if str(error) else ""
    return kind(remedy.format(name=connection) + said, where=f"connection {connection}", code=code)
