"""What the control door shows: the state, people, audiences, members, requests."""

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
from amc_sandbox.nearest import Unlawful
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.audiences import Audience
from amc_sandbox.state.members import expires_at
from amc_sandbox.world import REGIONS, USERS

NDJSON: Final = "application/x-ndjson"


def state(sandbox: Sandbox, _request: Request) -> Response:
    setting = sandbox.clock.setting
    return JSONResponse(
        {
            "now": iso(sandbox.clock.now()),
            "clock": {"mode": setting.mode, "speed": setting.speed, "sleepers": sandbox.clock.sleepers},
            **sandbox.greeting,
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
            "datasets": sandbox.datasets.counts(),
            "uploads": sandbox.uploads.counts(),
            "userDeletions": sandbox.deletions.counts(),
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


def population(sandbox: Sandbox, request: Request) -> Response:
    given = door.query(request, "country", "limit", "external")
    external = given.get("external", "false")
    if external not in ("true", "false"):
        raise Unlawful("external: true or false")
    limit = door.whole(given, "limit", 100)
    people = sandbox.people.people(given.get("country"), limit, external=external == "true")
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


VIEWS: Final = (
    Route("/_sandbox/state", door.settled(state), methods=["GET"]),
    Route("/_sandbox/population", door.asked(population), methods=["GET"]),
    Route("/_sandbox/audiences/{audience_id}", door.asked(audience), methods=["GET"]),
    Route("/_sandbox/audiences/{audience_id}/members", door.asked(members), methods=["GET"]),
    Route("/_sandbox/requests", door.asked(requests), methods=["GET"]),
)
