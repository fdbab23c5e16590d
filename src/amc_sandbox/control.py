"""The control door, `/_sandbox/...`: what a test or a demo may see and steer, apart from the imitated API."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from amc_sandbox import door, rules
from amc_sandbox.clock import iso
from amc_sandbox.clock_door import CLOCK_ROUTES
from amc_sandbox.dataset_doors import ROUTES as DATASET_ROUTES
from amc_sandbox.faults import parse
from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.views import VIEWS
from amc_sandbox.world import APPS, USERS

NDJSON: Final = "application/x-ndjson"


def health(sandbox: Sandbox, _request: Request) -> Response:
    return JSONResponse(
        {"status": "ok", "now": iso(sandbox.clock.now()), "seed": sandbox.seed, "people": sandbox.size}
    )


def reset(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    refuse_unknown(wish, (), "reset")
    sandbox.reset()
    return {"now": iso(sandbox.clock.now()), "grant": sandbox.grant}


def grant(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    """Make a grant, or expire access tokens, or revoke."""
    refuse_unknown(wish, ("action", "user", "scopes", "client_id", "refresh_token"), "grant")
    action = wish.get("action", "create")
    now = sandbox.clock.now()
    with sandbox.store.transaction():
        if action == "create":
            return _new_grant(sandbox, wish)
        if action == "expire":
            return {"expired": sandbox.grants.expire(wish.get("refresh_token"), now)}
        if action == "revoke":
            return {"revoked": sandbox.grants.revoke(wish.get("refresh_token"))}
    raise Unlawful("grant action: create, expire or revoke")


def _new_grant(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    user, client_id = wish.get("user", "shop"), wish.get("client_id", next(iter(APPS)))
    scopes = wish.get("scopes", [rules.CAMPAIGNS, rules.AUDIENCES])
    if user not in USERS:
        raise Unlawful(f"grant user: {' or '.join(USERS)}")
    if client_id not in APPS:
        raise Unlawful(f"grant client_id: {' or '.join(APPS)}")
    if not isinstance(scopes, list) or any(scope not in rules.SCOPES for scope in scopes):
        raise Unlawful(f"grant scopes: a list of {', '.join(rules.SCOPES)}")
    made = sandbox.grants.make_grant(client_id, USERS[user], scopes)
    return {
        "client_id": client_id,
        "client_secret": APPS[client_id].client_secret,
        "refresh_token": made.refresh_token,
    }


def put_faults(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    """All faults are replaced by these."""
    seed, specs = parse(wish)
    sandbox.faults.put(seed, specs)
    return {"faults": list(specs)}


def delete_faults(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    refuse_unknown(wish, (), "faults")
    sandbox.faults.put(0, {})
    return {"faults": []}


def put_policy(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    """Set the named switches; the others stay."""
    sandbox.set_policy(wish)
    return {"policy": sandbox.policy.model_dump()}


ROUTES: Final = (
    Route("/_sandbox/health", door.asked(health), methods=["GET"]),
    Route("/_sandbox/reset", door.written(reset), methods=["POST"]),
    Route("/_sandbox/grant", door.written(grant), methods=["POST"]),
    *VIEWS,
    *DATASET_ROUTES,
    *CLOCK_ROUTES,
    Route("/_sandbox/faults", door.written(put_faults), methods=["PUT"]),
    Route("/_sandbox/faults", door.written(delete_faults), methods=["DELETE"]),
    Route("/_sandbox/policy", door.written(put_policy), methods=["PUT"]),
)
