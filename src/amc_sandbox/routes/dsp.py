"""`/dsp/advertisers`: the DSP advertisers of one agency profile, strictly by region."""

from __future__ import annotations

from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import rules, world
from amc_sandbox.families import DSP, Refusal
from amc_sandbox.wire import Answer, Call, endpoint
from amc_sandbox.world import DSP_ADVERTISERS, DspAdvertiser


def _scope(call: Call) -> int:
    """The agency profile of the Scope header."""
    text = call.header("amazon-advertising-api-scope")
    if text is None:
        raise Refusal(401, "Scope header is missing")
    profile = world.profile(text)
    if profile is None or profile.region != call.region:
        raise Refusal(401, "No matching advertiser found for scope")
    if profile.user != call.grant.user or profile.type != "agency":
        raise Refusal(401, "Not authorized to access scope")
    return profile.profile_id


def _query_number(call: Call, name: str, bounds: tuple[int, int], default: int) -> int:
    try:
        return call.whole(name, bounds, default)
    except Refusal as refusal:
        error = {"errorType": "DSP_INVALID_QUERY_PARAM", "field": name, "message": refusal.message}
        raise Refusal(422, refusal.message, extra={"errors": [error]}) from None


def _wire(one: DspAdvertiser) -> dict[str, Any]:
    return {
        "advertiserId": one.advertiser_id,
        "name": one.name,
        "currency": one.currency,
        "url": one.url,
        "country": one.country,
        "timezone": one.timezone,
    }


def list_advertisers(call: Call) -> Answer:
    profile_id = _scope(call)
    start = _query_number(call, "startIndex", rules.DSP_START, 0)
    count = _query_number(call, "count", rules.DSP_COUNT, rules.DSP_COUNT[1])
    wanted = call.query("advertiserIdFilter")
    found = [
        one
        for one in DSP_ADVERTISERS
        if one.profile_id == profile_id and (wanted is None or one.advertiser_id in wanted.split(","))
    ]
    return Answer(
        200, {"totalResults": len(found), "response": [_wire(one) for one in found[start : start + count]]}
    )


def get_advertiser(call: Call) -> Answer:
    profile_id = _scope(call)
    found = world.advertiser(call.path("advertiser_id"))
    if found is None or found.profile_id != profile_id:
        raise Refusal(404, "Advertiser not found")
    return Answer(200, _wire(found))


ROUTES: Final = (
    Route("/dsp/advertisers", endpoint(DSP, list_advertisers), methods=["GET"]),
    Route("/dsp/advertisers/{advertiser_id}", endpoint(DSP, get_advertiser), methods=["GET"]),
)
