"""`/v2/profiles`: the accounts that the user may use, strictly by region."""

from __future__ import annotations

from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import rules
from amc_sandbox.families import PROFILES, Refusal
from amc_sandbox.wire import Answer, Call, endpoint
from amc_sandbox.world import PROFILES as KNOWN
from amc_sandbox.world import Profile

TYPES: Final = ("seller", "vendor", "agency")


def _wire(profile: Profile) -> dict[str, Any]:
    return {
        "profileId": profile.profile_id,
        "countryCode": profile.country,
        "currencyCode": profile.currency,
        "timezone": profile.timezone,
        "accountInfo": {
            "marketplaceStringId": profile.marketplace,
            "id": profile.account_id,
            "type": profile.type,
            "name": profile.name,
            "validPaymentMethod": True,
        },
    }


def _visible(call: Call) -> list[Profile]:
    return [one for one in KNOWN if one.user == call.grant.user and one.region == call.region]


def list_profiles(call: Call) -> Answer:
    wanted = (call.query("profileTypeFilter") or ",".join(TYPES)).split(",")
    if any(one not in TYPES for one in wanted):
        raise Refusal(400, f"profileTypeFilter must be among {', '.join(TYPES)}")
    if call.query("validPaymentMethodFilter") == "false":
        return Answer(200, [])
    found = [_wire(one) for one in _visible(call) if one.type in wanted]
    return Answer(200, found[: rules.MAX_PROFILES])


def get_profile(call: Call) -> Answer:
    found = next((one for one in _visible(call) if str(one.profile_id) == call.path("profile_id")), None)
    if found is None:
        raise Refusal(404, "Could not find the profile")
    return Answer(200, _wire(found))


ROUTES: Final = (
    Route("/v2/profiles", endpoint(PROFILES, list_profiles), methods=["GET"]),
    Route("/v2/profiles/{profile_id}", endpoint(PROFILES, get_profile), methods=["GET"]),
)
