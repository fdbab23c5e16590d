"""The control door, `/_sandbox/...`: what a test or a demo may see and steer, apart from the imitated API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from amc_sandbox import door, rules
from amc_sandbox.clock import iso
from amc_sandbox.clock_door import CLOCK_ROUTES
from amc_sandbox.faults import parse
from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.audiences import Audience
from amc_sandbox.state.members import expires_at
from amc_sandbox.world import APPS, REGIONS, USERS

NDJSON: Final = "application/x-ndjson"


def health(sandbox: Sandbox, _request: Request) -> Response:
    return JSONResponse(
        {"status": "ok", "now": iso(sandbox.clock.now()), "seed": sandbox.seed, "people": sandbox.size}
    )


def reset(sandbox: Sandbox, wish: dict[str, Any]) -> dict[str, Any]:
    refuse_unknown(wish, (), "reset")
    sandbox.reset()
    return {"now": iso(sandbox.clock.now()), "grant": sandbox.grant}


def state(sandbox: Sandbox, _request: Request) -> Response:
    setting = sandbox.clock.setting
    return JSONResponse(
        {
            "now": iso(sandbox.clock.now()),
            "clock": {"mode": setting.mode, "speed": setting.speed, "sleepers": sandbox.clock.sleepers},
            "grant": sandbox.grant,
            "policy": sandbox.policy.model_dump(),
            "faults": [_fault(sandbox, index) for index in range(len(sandbox.faults.tallies()))],
            "terms": {
                name: [region for region in REGIONS if sandbox.terms.accepted(user, region)]
                for name, user in USERS.items()
            },
            "connections": [
                dict(row)
                for row in sandbox.store.rows(
                    "select connection_id as connectionId, user, is_default as isDefault, amc_instance_id as"
                    " amcInstanceId, dsp_advertiser_id as dspAdvertiserId from connections order by seq"
                )
            ],
            "audiences": [_audience(sandbox, one) for one in sandbox.audiences.all()],
            "jobs": {
                row["state"]: row["jobs"]
                for row in sandbox.store.rows(
                    "select state, count(*) as jobs from jobs group by state order by state"
                )
            },
            "requests": sandbox.journal.count(),
        }
    )


def _fault(sandbox: Sandbox, index: int) -> dict[str, Any]:
    tally = sandbox.faults.tallies()[index]
    return {
        "name": tally.name,
        **tally.spec.model_dump(exclude_defaults=True),
        "seen": tally.seen,
        "hits": tally.hits,
    }


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


def population(sandbox: Sandbox, request: Request) -> Response:
    given = door.query(request, "country", "limit")
    people = sandbox.people.people(given.get("country"), door.whole(given, "limit", 100))
    return StreamingResponse(_ndjson(people), media_type=NDJSON)


def _find(sandbox: Sandbox, request: Request) -> Audience:
    text = request.path_params["audience_id"]
    found = sandbox.audiences.find(int(text)) if text.isdecimal() and int(text) < 2**63 else None
    if found is None:
        raise Unlawful(f"there is no audience {text}")
    return found


def _audience(sandbox: Sandbox, one: Audience) -> dict[str, Any]:
    sizes, tally = sandbox.members.sizes(one, sandbox.clock.now()), sandbox.jobs.tally(one.audience_id)
    return {
        "audienceId": str(one.audience_id),
        "externalAudienceId": one.external_id,
        "name": one.name,
        "ttl": one.ttl,
        "jobs": tally["jobs"],
        "received": tally["received"],
        "pending": tally["pending"],
        "refused": tally["refused"],
        "members": sizes.members,
        "matched": sizes.matched,
        "users": sizes.people,
        "amc": {"members": sizes.amc},
        "dsp": {"users": sizes.dsp, "active": sizes.dsp >= rules.DSP_ACTIVE_MEMBERS},
    }


def audience(sandbox: Sandbox, request: Request) -> Response:
    try:
        return JSONResponse(_audience(sandbox, _find(sandbox, request)))
    except Unlawful as error:
        return door.refused(error, 404)


def members(sandbox: Sandbox, request: Request) -> Response:
    given = door.query(request, "limit")
    limit = door.whole(given, "limit", 2**62)
    try:
        found = _find(sandbox, request)
    except Unlawful as error:
        return door.refused(error, 404)
    lines = (
        {
            "externalUserId": member.external_id,
            "matched": member.user_id is not None,
            "userId": member.user_id,
            "country": member.country,
            "sets": member.sets,
            "addedAt": iso(member.added_at),
            "expiresAt": iso(expires_at(found, member)),
        }
        for member in sandbox.members.current(found, sandbox.clock.now())
    )
    return StreamingResponse(_ndjson(islice(lines, limit)), media_type=NDJSON)


def _ndjson(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def requests(sandbox: Sandbox, request: Request) -> Response:
    given = door.query(request, "after", "limit")
    found = sandbox.journal.after(door.whole(given, "after", 0), door.whole(given, "limit", 1000))
    return JSONResponse({"requests": found})


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
    Route("/_sandbox/state", door.asked(state), methods=["GET"]),
    Route("/_sandbox/grant", door.written(grant), methods=["POST"]),
    Route("/_sandbox/population", door.asked(population), methods=["GET"]),
    Route("/_sandbox/audiences/{audience_id}", door.asked(audience), methods=["GET"]),
    Route("/_sandbox/audiences/{audience_id}/members", door.asked(members), methods=["GET"]),
    Route("/_sandbox/requests", door.asked(requests), methods=["GET"]),
    *CLOCK_ROUTES,
    Route("/_sandbox/faults", door.written(put_faults), methods=["PUT"]),
    Route("/_sandbox/faults", door.written(delete_faults), methods=["DELETE"]),
    Route("/_sandbox/policy", door.written(put_policy), methods=["PUT"]),
)
