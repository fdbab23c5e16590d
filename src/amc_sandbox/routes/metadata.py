"""`/amc/audiences/metadata`: audiences, one a call; they can be neither listed nor searched nor deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import rules, world
from amc_sandbox.families import AUDIENCES, Refusal
from amc_sandbox.routes.countries import check_country
from amc_sandbox.shapes import audience as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.audiences import Audience
from amc_sandbox.wire import Answer, Call, endpoint

STRICT_NAME: Final = re.compile(r"[0-9A-Za-z _-]*")


def create_audience(call: Call) -> Answer:
    wish = read(shapes.NEW, call.body)
    details = wish["metadata"]
    _check_words(call, name=wish["name"], description=wish["description"])
    check_country(wish.get("countryCode"))
    _check_fees(details.get("audienceFees", ()))
    connection_id, advertiser_id = _target(call, wish["targetResource"])
    external_id = details["externalAudienceId"]
    book = call.sandbox.audiences
    if call.sandbox.policy.duplicate_audience == "refuse" and book.has_external_id(call.owner, external_id):
        raise Refusal(400, "An audience with this externalAudienceId already exists")
    audience = Audience(
        call.sandbox.ids.audience(),
        call.owner,
        wish["name"],
        wish["description"],
        wish.get("countryCode"),
        external_id,
        connection_id,
        advertiser_id,
        details.get("ttl", rules.MAX_TTL),
        _plain(details.get("audienceFees")),
    )
    book.add(audience, call.now)
    return Answer(201, {"audienceId": audience.audience_id, "externalAudienceId": external_id})


def _target(call: Call, target: shapes.Target) -> tuple[str | None, str | None]:
    """The connection, or the advertiser, that the audience goes to: one of the two."""
    connection_id, advertiser_id = target.get("connectionId"), target.get("advertiserId")
    if (connection_id is None) == (advertiser_id is None):
        raise Refusal(400, "targetResource must have connectionId or advertiserId, and not both")
    if connection_id is not None and call.sandbox.connections.get(call.owner, connection_id) is None:
        raise Refusal(400, "targetResource.connectionId is not an active connection")
    if advertiser_id is not None:
        found = world.advertiser(str(advertiser_id))
        if found is None or found.user != call.grant.user or found.region != call.region:
            raise Refusal(400, "targetResource.advertiserId is not an advertiser of yours in this region")
    return connection_id, None if advertiser_id is None else str(advertiser_id)


def _check_words(call: Call, **words: str) -> None:
    for key, text in words.items():
        if call.sandbox.policy.strict_names and not STRICT_NAME.fullmatch(text):
            raise Refusal(400, f"{key} must be alphanumeric")


def _check_fees(fees: Sequence[shapes.Fee]) -> None:
    for fee in fees:
        if fee["currency"] not in rules.CURRENCIES:
            raise Refusal(400, f"audienceFees currency must be one of {', '.join(sorted(rules.CURRENCIES))}")
        if fee["currency"] == "JPY" and fee["cpmCents"] != int(fee["cpmCents"]):
            raise Refusal(400, "audienceFees in JPY must be whole")


def _plain(fees: Sequence[shapes.Fee] | None) -> list[dict[str, Any]] | None:
    return (
        None if fees is None else [{"cpmCents": fee["cpmCents"], "currency": fee["currency"]} for fee in fees]
    )


def _audience(call: Call) -> Audience:
    text = call.path("audience_id")
    if not text.isdecimal():
        raise Refusal(400, "audienceId must be a number")
    found = call.sandbox.audiences.get(call.owner, int(text)) if int(text) < 2**63 else None
    if found is None:
        raise Refusal(404, "Audience not found")
    return found


def get_audience(call: Call) -> Answer:
    audience = _audience(call)
    shown = _wire(call, audience)
    shown["metadata"]["audienceSize"] = sizes(call, audience)
    if audience.country is not None:
        shown["countryCode"] = audience.country
    return Answer(200, shown)


def update_audience(call: Call) -> Answer:
    audience = _audience(call)
    wish = read(shapes.CHANGED, call.body)
    details = wish.get("metadata", {})
    _check_words(call, description=wish.get("description", ""))
    _check_fees(details.get("audienceFees", ()))
    changed = replace(
        audience,
        description=wish.get("description", audience.description),
        ttl=details.get("ttl", audience.ttl),
        fees=_plain(details.get("audienceFees")) or audience.fees,
    )
    call.sandbox.audiences.change(changed)
    return Answer(200, _wire(call, changed))


def _wire(call: Call, audience: Audience) -> dict[str, Any]:
    details: dict[str, Any] = {"externalAudienceId": audience.external_id, "ttl": audience.ttl}
    if audience.fees is not None:
        details["audienceFees"] = audience.fees
    advertiser_id = audience.advertiser_id
    if audience.connection_id is not None:
        connection = call.sandbox.connections.get(call.owner, audience.connection_id)
        advertiser_id = connection.ends.dsp_advertiser_id if connection else None
    shown = {
        "audienceId": audience.audience_id,
        "name": audience.name,
        "description": audience.description,
        "metadata": details,
    }
    return shown if advertiser_id is None else {"advertiserId": int(advertiser_id), **shown}


def sizes(call: Call, audience: Audience) -> dict[str, int]:
    """True counts: entries, entries that resolve to a person, different people that DSP has taken in."""
    counted = call.sandbox.members.sizes(audience, call.now)
    return {
        "receivedRecordSize": counted.members,
        "idResolutionCount": counted.matched,
        "dspAudienceSize": counted.dsp,
    }


PATH: Final = "/amc/audiences/metadata"
ROUTES: Final = (
    Route(PATH, endpoint(AUDIENCES, create_audience), methods=["POST"]),
    Route(f"{PATH}/{{audience_id}}", endpoint(AUDIENCES, get_audience), methods=["GET"]),
    Route(f"{PATH}/{{audience_id}}", endpoint(AUDIENCES, update_audience), methods=["PUT"]),
)
