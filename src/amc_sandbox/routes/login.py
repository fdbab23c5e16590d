"""Login with Amazon: the consent page and the token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from amc_sandbox import rules
from amc_sandbox.door import sandbox_of
from amc_sandbox.families import JSON
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.grants import Code, Grant, proves, token_life
from amc_sandbox.wire import respond
from amc_sandbox.world import APPS, USERS

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ASKED: Final = (
    "client_id", "scope", "response_type", "redirect_uri", "state", "code_challenge", "code_challenge_method",
)  # fmt: skip
SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in to the sandbox</title>
<style>body{{font-family:sans-serif;max-width:34rem;margin:4rem auto;line-height:1.5}}button{{padding:.5rem 1.5rem}}</style>
</head><body><main>{content}<p><small>This is amc-sandbox on your own machine, not Amazon.</small></p></main></body></html>
"""
CONSENT: Final = """<h1>{app} asks for access</h1><p>It wants to:</p><ul>{wishes}</ul>
<form method="post" action="oa">{hidden}
<p><label>Sign in as <select name="user">{users}</select></label></p>
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>"""


class TokenRefusal(Exception):
    """An error of the token endpoint."""

    def __init__(
        self, status: int, error: str, description: str, extra: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error_description": description, "error": error, **(extra or {})}


def consent(request: Request) -> Response:
    """The page, or the way back with what is wrong."""
    asked = {name: request.query_params.get(name, "") for name in ASKED}
    problem = _page_problem(sandbox_of(request), asked)
    if problem:
        return _page(f"<h1>We're sorry</h1><p>{escape(problem)}</p>", 400)
    return _way_back_with_error(asked) or _page(_consent_form(asked), 200)


def decide(request: Request) -> Response:
    """Allow or Deny was pressed."""
    form = _form(request)
    asked = {name: form.get(name, "") for name in ASKED}
    problem = _page_problem(sandbox_of(request), asked)
    if not problem and form.get("user", "shop") not in USERS:
        problem = "Nobody has this name"
    if problem:
        return _page(f"<h1>We're sorry</h1><p>{escape(problem)}</p>", 400)
    wrong = _way_back_with_error(asked)
    if wrong is not None:
        return wrong
    if form.get("decision") != "allow":
        return _way_back(asked, {"error": "access_denied", "error_description": "Access not permitted."})
    return _way_back(
        asked, {"code": _make_code(request, asked, form.get("user", "shop")), "scope": asked["scope"]}
    )


def _make_code(request: Request, asked: Mapping[str, str], user: str) -> str:
    sandbox = sandbox_of(request)
    challenge = asked["code_challenge"] or None
    method = (asked["code_challenge_method"] or "plain") if challenge else None
    code = Code(
        asked["client_id"],
        USERS[user],
        tuple(asked["scope"].split()),
        asked["redirect_uri"],
        challenge,
        method,
    )
    with sandbox.store.transaction():
        return sandbox.grants.make_code(code, sandbox.clock.now())


def _page_problem(sandbox: Sandbox, asked: Mapping[str, str]) -> str | None:
    """What cannot be told to the client, since it is unsure who that is."""
    if asked["client_id"] not in APPS or len(asked["client_id"]) > rules.MAX_CLIENT_ID_BYTES:
        return "An unknown client was specified"
    host = urlsplit(asked["redirect_uri"]).hostname if "://" in asked["redirect_uri"] else None
    if host not in LOOPBACK and asked["redirect_uri"] not in sandbox.policy.return_urls:
        return "The redirect URI you provided has not been whitelisted for your application"
    return None


def _way_back_with_error(asked: Mapping[str, str]) -> Response | None:
    if asked["response_type"] != "code":
        return _way_back(
            asked, {"error": "unsupported_response_type", "error_description": "response_type must be code"}
        )
    scopes = asked["scope"].split()
    if not scopes or any(scope not in rules.SCOPES for scope in scopes):
        return _way_back(
            asked, {"error": "invalid_scope", "error_description": "An unknown scope was requested"}
        )
    if asked["code_challenge_method"] not in ("", "S256", "plain"):
        return _way_back(
            asked, {"error": "invalid_request", "error_description": "code_challenge_method is unknown"}
        )
    return None


def _way_back(asked: Mapping[str, str], values: Mapping[str, str]) -> Response:
    """Redirect to the client; its state comes back as it was sent."""
    given = {**values, **({"state": asked["state"]} if asked["state"] else {})}
    glue = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{glue}{urlencode(given)}", 302)


def _consent_form(asked: Mapping[str, str]) -> str:
    def hide(name: str) -> str:
        return f'<input type="hidden" name="{name}" value="{escape(asked[name])}">'

    return CONSENT.format(
        app=escape(APPS[asked["client_id"]].name),
        wishes="".join(f"<li>{escape(rules.SCOPES[scope])}</li>" for scope in asked["scope"].split()),
        hidden="".join(hide(name) for name in ASKED),
        users="".join(f"<option>{escape(name)}</option>" for name in USERS),
    )


def _page(content: str, status: int) -> Response:
    return HTMLResponse(PAGE.format(content=content), status, headers=SAFE)


def token(request: Request) -> Response:
    """Exchange a code, or renew by a refresh token."""
    sandbox = sandbox_of(request)
    with sandbox.store.transaction():
        try:
            return respond(200, _issue(sandbox, request), JSON, {"Cache-Control": "no-store"})
        except TokenRefusal as refusal:  # inside: a code that was tried is used up, whatever came of it
            return respond(refusal.status, refusal.body, JSON, {"Cache-Control": "no-store"})


def _issue(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    if request.headers.get("authorization"):
        raise TokenRefusal(401, "invalid_client", "Client authentication failed")
    form = _form(request)
    kind = form.get("grant_type", "")
    if not kind:
        raise _bad_parameter("grant_type")
    if kind not in ("authorization_code", "refresh_token"):
        message = "The authorization grant type is not supported by the authorization server"
        raise TokenRefusal(400, "unsupported_grant_type", message)
    app = APPS.get(form.get("client_id", ""))
    if app is None or app.client_secret != form.get("client_secret"):
        raise TokenRefusal(401, "invalid_client", "Client authentication failed")
    grant = _by_code(sandbox, form) if kind == "authorization_code" else _by_refresh_token(sandbox, form)
    life = token_life(sandbox.faults.seconds("token_expiry_seconds"))
    access = sandbox.grants.make_access_token(grant, sandbox.clock.now() + life)
    return {
        "access_token": access,
        "token_type": "bearer",
        "expires_in": int(life.total_seconds()),
        "refresh_token": grant.refresh_token,
    }


def _by_code(sandbox: Sandbox, form: Mapping[str, str]) -> Grant:
    if not form.get("code"):
        raise _bad_parameter("code")
    code = sandbox.grants.take_code(form["code"], sandbox.clock.now())
    lawful = code is not None and (code.client_id, code.redirect_uri) == (
        form["client_id"],
        form.get("redirect_uri"),
    )
    if code is None or not lawful or not proves(code, form.get("code_verifier")):
        extra = {"error_index": "invalid_code", "request_id": sandbox.ids.uuid("token_error")}
        raise TokenRefusal(400, "invalid_grant", "The request has an invalid grant parameter : code", extra)
    return sandbox.grants.make_grant(code.client_id, code.user, code.scopes)


def _by_refresh_token(sandbox: Sandbox, form: Mapping[str, str]) -> Grant:
    if not form.get("refresh_token"):
        raise _bad_parameter("refresh_token")
    grant = sandbox.grants.grant(form["refresh_token"])
    message = "The request has an invalid grant parameter : refresh_token"
    if grant is None or grant.client_id != form["client_id"]:
        raise TokenRefusal(400, "invalid_grant", message)
    if grant.revoked:
        raise TokenRefusal(
            400, "invalid_grant", f"{message}. User may have revoked or didn't grant the permission."
        )
    return grant


def _bad_parameter(name: str) -> TokenRefusal:
    return TokenRefusal(400, "invalid_request", f"The request has an invalid parameter : {name}")


def _form(request: Request) -> dict[str, str]:
    """The fields of a form; nothing, when the body is no form."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/x-www-form-urlencoded":
        return {}
    fields = parse_qs(request.scope["sandbox_body"].decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


ROUTES: Final = (
    Route("/ap/oa", consent, methods=["GET"]),
    Route("/ap/oa", decide, methods=["POST"]),
    Route("/auth/o2/token", token, methods=["POST"]),
)
