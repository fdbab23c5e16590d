"""Between HTTP and the rooms behind it: who calls, what is asked of every request, and how an answer goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from amc_sandbox import rules
from amc_sandbox.families import Family, Refusal
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.connections import Owner
from amc_sandbox.state.grants import Grant
from amc_sandbox.world import Region


@dataclass(frozen=True, slots=True)
class Note:
    """What a handler tells the journal."""

    records: int | None = None
    job_request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    payload: Any = None
    note: Note = field(default_factory=Note)


@dataclass(frozen=True)
class Call:
    """One request of a known caller."""

    sandbox: Sandbox
    request: Request
    grant: Grant
    region: Region
    body: bytes
    now: datetime

    @cached_property
    def owner(self) -> Owner:
        return Owner(self.grant.user, self.grant.client_id)

    def query(self, name: str) -> str | None:
        """A query parameter; blank counts as absent."""
        return self.request.query_params.get(name) or None

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def header(self, name: str) -> str | None:
        return self.request.headers.get(name) or None

    def whole(self, name: str, bounds: tuple[int, int], default: int) -> int:
        """A whole number from the query, within bounds."""
        text = self.query(name)
        if text is None:
            return default
        lowest, highest = bounds
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise Refusal(400, f"{name} must be a whole number from {lowest} to {highest}")
        return int(text)

    def need_terms(self) -> None:
        if not self.sandbox.terms.accepted(self.grant.user, self.region):
            raise Refusal(401, rules.TERMS_NEEDED)


Handler = Callable[[Call], Answer]
Endpoint = Callable[[Request], Response]


def endpoint(family: Family, handler: Handler) -> Endpoint:
    """The handler behind everything that its family asks of a request first."""

    def answer(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        sandbox.catch_up()
        with sandbox.store.transaction():
            request_id = sandbox.ids.uuid("request")
        try:
            with sandbox.store.transaction():
                done = handler(_admit(sandbox, request, family))
        except Refusal as refusal:
            body, media = family.error(refusal, request_id), family.error_media or family.media_type
            return respond(refusal.status, body, media, {**refusal.headers, "x-amzn-RequestId": request_id})
        request.scope["sandbox_note"].append(done.note)
        return respond(done.status, done.payload, family.media_type, {"x-amzn-RequestId": request_id})

    return answer


def respond(status: int, payload: Any, media_type: str, headers: Mapping[str, str]) -> Response:
    if payload is None:
        return Response(status_code=status, headers=dict(headers))
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    return Response(text, status, {**headers, "content-type": media_type})


def _admit(sandbox: Sandbox, request: Request, family: Family) -> Call:
    """Authentication, pace, media types, scopes: in this order."""
    now, body = sandbox.clock.now(), request.scope["sandbox_body"]
    grant = _authenticate(sandbox, request, now)
    _pace(sandbox, grant, now)
    _check_media(request, body, family, sandbox.policy.max_body_bytes)
    _check_scopes(sandbox, grant, family)
    return Call(sandbox, request, grant, request.scope["sandbox_region"], body, now)


def _authenticate(sandbox: Sandbox, request: Request, now: datetime) -> Grant:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    grant = sandbox.grants.by_access_token(token.strip(), now) if kind.lower() == "bearer" else None
    if grant is None:
        raise Refusal(401, "Unauthorized")
    client_id = request.headers.get("amazon-advertising-api-clientid")
    if not client_id:
        raise Refusal(401, "Unauthorized: the header Amazon-Advertising-API-ClientId is missing")
    if client_id != grant.client_id:
        raise Refusal(
            401, "Unauthorized: Amazon-Advertising-API-ClientId is not the client of the access token"
        )
    return grant


def _pace(sandbox: Sandbox, grant: Grant, now: datetime) -> None:
    policy = sandbox.policy
    wait = sandbox.buckets.take(grant.client_id, now, policy.requests_per_second, policy.requests_burst)
    if wait:
        raise throttled(wait)


def throttled(wait: int) -> Refusal:
    return Refusal(429, "Too Many Requests", headers={"Retry-After": str(wait)})


def _check_media(request: Request, body: bytes, family: Family, limit: int | None) -> None:
    if limit is not None and len(body) > limit:
        raise Refusal(413, f"Request body is larger than {limit} bytes")
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (body or sent) and not family.understands(sent):
        raise Refusal(415, f"Unsupported media type: send {family.media_type}")
    wanted = [
        part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")
    ]
    if not any(one in ("*/*", "application/*", "") or family.understands(one) for one in wanted):
        raise Refusal(406, f"Not acceptable: this address answers with {family.media_type}")


def _check_scopes(sandbox: Sandbox, grant: Grant, family: Family) -> None:
    held = set(grant.scopes) & {*sandbox.policy.scopes, "cpc_advertising:campaign_management"}
    if not held & {rules.CAMPAIGNS, "cpc_advertising:campaign_management"}:
        raise Refusal(401, f"Unauthorized: the grant lacks the scope {rules.CAMPAIGNS}")
    for scope in family.scopes:
        if scope not in held:
            raise Refusal(
                sandbox.policy.missing_scope_status, f"Forbidden: the grant lacks the scope {scope}"
            )
