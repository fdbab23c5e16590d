"""Who may come in: authorization codes, grants (refresh tokens) and access tokens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from amc_sandbox import rules
from amc_sandbox.clock import micros
from amc_sandbox.state.ids import Ids
from amc_sandbox.state.store import Store


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user allowed a client to do."""

    refresh_token: str
    client_id: str
    user: str
    scopes: tuple[str, ...]
    revoked: bool


@dataclass(frozen=True, slots=True)
class Code:
    """What a user allowed, on its way to the client."""

    client_id: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None = None
    #: S256 or plain.
    method: str | None = None


class Grants:
    """Makes, exchanges, expires and revokes."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    def make_code(self, code: Code, now: datetime) -> str:
        text = self._ids.code()
        self._store.run(
            "insert into codes (code, client_id, user, scopes, redirect_uri, challenge, method, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            text, code.client_id, code.user, " ".join(code.scopes), code.redirect_uri, code.challenge, code.method,
            micros(now + rules.CODE_LIFE),
        )  # fmt: skip
        return text

    def take_code(self, text: str, now: datetime) -> Code | None:
        """The code, which from now on is used; None for one that is unknown, used or too old."""
        row = self._store.row("select * from codes where code = ?", text)
        if row is None or row["used"] or row["expires_at"] <= micros(now):
            return None
        self._store.run("update codes set used = 1 where code = ?", text)
        scopes = tuple(row["scopes"].split())
        return Code(
            row["client_id"], row["user"], scopes, row["redirect_uri"], row["challenge"], row["method"]
        )

    def make_grant(self, client_id: str, user: str, scopes: Sequence[str]) -> Grant:
        grant = Grant(self._ids.refresh_token(), client_id, user, tuple(scopes), revoked=False)
        self._store.run(
            "insert into grants (refresh_token, client_id, user, scopes) values (?, ?, ?, ?)",
            grant.refresh_token, client_id, user, " ".join(scopes),
        )  # fmt: skip
        return grant

    def grant(self, refresh_token: str) -> Grant | None:
        row = self._store.row("select * from grants where refresh_token = ?", refresh_token)
        if row is None:
            return None
        scopes = tuple(row["scopes"].split())
        return Grant(row["refresh_token"], row["client_id"], row["user"], scopes, bool(row["revoked"]))

    def make_access_token(self, grant: Grant, until: datetime) -> str:
        token = self._ids.access_token()
        self._store.run(
            "insert into access_tokens values (?, ?, ?)", token, grant.refresh_token, micros(until)
        )
        return token

    def by_access_token(self, token: str, now: datetime) -> Grant | None:
        """The grant behind a token that has neither expired nor been revoked."""
        row = self._store.row(
            "select refresh_token from access_tokens where token = ? and expires_at > ?", token, micros(now)
        )
        grant = None if row is None else self.grant(row["refresh_token"])
        return None if grant is None or grant.revoked else grant

    def expire(self, refresh_token: str | None, now: datetime) -> int:
        """End access tokens at once: of one grant, or all. The grants stay."""
        return self._store.run(
            "update access_tokens set expires_at = ?1 where expires_at > ?1 and (?2 is null or refresh_token = ?2)",
            micros(now), refresh_token,
        )  # fmt: skip

    def revoke(self, refresh_token: str | None) -> int:
        """The user takes back one grant, or all; their access tokens die with them."""
        return self._store.run(
            "update grants set revoked = 1 where revoked = 0 and (?1 is null or refresh_token = ?1)",
            refresh_token,
        )


def proves(code: Code, verifier: str | None) -> bool:
    """Whether the verifier is the one that the code was asked for with (PKCE); a code without one asks for none."""
    if code.challenge is None:
        return True
    if not verifier:
        return False
    if code.method != "S256":
        return verifier == code.challenge
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hashed == code.challenge


def token_life(seconds: float | None) -> timedelta:
    return rules.TOKEN_LIFE if seconds is None else timedelta(seconds=seconds)
