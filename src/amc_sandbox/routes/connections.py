"""`/amc/audiences/connections`: joining the client to an AMC instance or a DSP advertiser."""

from __future__ import annotations

from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import rules, world
from amc_sandbox.clock import stamp
from amc_sandbox.families import CONNECTIONS, Refusal
from amc_sandbox.shapes import connection as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.connections import Connection, Ends
from amc_sandbox.wire import Answer, Call, endpoint


def add_connection(call: Call) -> Answer:
    wish = read(shapes.NEW, call.body)
    ends = Ends(
        wish.get("amcAccountId") or None,
        wish.get("amcAccountMarketplaceId") or None,
        wish.get("amcInstanceId") or None,
        wish.get("dspAdvertiserId") or None,
        wish.get("dspProfileId") or None,
    )
    _check_ends(call, ends)
    book = call.sandbox.connections
    connection_id = wish.get("connectionId") or call.sandbox.ids.uuid("connection")
    if book.exists(connection_id):
        raise Refusal(400, "A connection with this connectionId exists already")
    book.add(call.owner, connection_id, ends, is_default=wish.get("isDefault", False), now=call.now)
    return Answer(201, {"connectionId": connection_id})


def _check_ends(call: Call, ends: Ends) -> None:
    if not (ends.amc_instance_id or ends.dsp_advertiser_id):
        raise Refusal(400, "A connection needs amcInstanceId or dspAdvertiserId")
    if bool(ends.amc_instance_id) != bool(ends.amc_account_id):
        raise Refusal(400, "A connection to AMC needs amcAccountId and amcInstanceId")
    _check_amc(call, ends)
    _check_dsp(call, ends)


def _check_amc(call: Call, ends: Ends) -> None:
    if ends.amc_account_id is None or ends.amc_instance_id is None:
        return
    account, instance = world.account(ends.amc_account_id), world.instance(ends.amc_instance_id)
    if account is None or instance is None or instance.account_id != account.account_id:
        raise Refusal(400, "amcInstanceId is not an instance of amcAccountId")
    if ends.amc_marketplace_id not in (None, account.marketplace):
        raise Refusal(400, "amcAccountMarketplaceId is not the marketplace of amcAccountId")
    if account.user != call.grant.user:
        raise Refusal(403, "The user does not have access to the AMC account")


def _check_dsp(call: Call, ends: Ends) -> None:
    """DSP advertisers and profiles exist in their own region only."""
    if ends.dsp_advertiser_id is not None:
        advertiser = world.advertiser(ends.dsp_advertiser_id)
        if advertiser is None or advertiser.region != call.region:
            raise Refusal(400, "dspAdvertiserId does not exist in this region")
        if advertiser.user != call.grant.user:
            raise Refusal(403, "The user does not have access to the DSP advertiser")
    if ends.dsp_profile_id is not None:
        profile = world.profile(ends.dsp_profile_id)
        if profile is None or profile.region != call.region or profile.type != "agency":
            raise Refusal(400, "dspProfileId is not an agency profile of this region")
        if profile.user != call.grant.user:
            raise Refusal(403, "The user does not have access to the DSP profile")


def list_connections(call: Call) -> Answer:
    connection_id, only_default = call.query("connectionId"), call.query("isDefault")
    if only_default not in (None, "true", "false"):
        raise Refusal(400, "isDefault must be true or false")
    found = call.sandbox.connections.of(call.owner)
    if connection_id is not None:
        found = [one for one in found if one.connection_id == connection_id]
        if not found:
            raise Refusal(404, "Connection not found")
    if only_default == "true":
        found = [one for one in found if one.is_default]
    return Answer(200, {"connections": [_wire(one) for one in found[: rules.MAX_CONNECTIONS_LISTED]]})


def remove_connections(call: Call) -> Answer:
    """One; or, without a connectionId, all of them: so it is written."""
    connection_id = call.query("connectionId")
    if connection_id is None:
        call.sandbox.connections.remove_all(call.owner)
    elif not call.sandbox.connections.remove(call.owner, connection_id, call.now):
        raise Refusal(404, "Connection not found")
    return Answer(204)


def _wire(one: Connection) -> dict[str, Any]:
    shown = {
        "connectionId": one.connection_id,
        "clientId": one.owner.client_id,
        "customerId": one.owner.user,
        "isDefault": one.is_default,
        "creationDateTime": stamp(one.created_at),
        "modifiedDateTime": stamp(one.modified_at),
        **_wire_amc(one.ends),
        **_wire_dsp(one.ends),
    }
    return {key: value for key, value in shown.items() if value is not None}


def _wire_amc(ends: Ends) -> dict[str, Any]:
    account = world.account(ends.amc_account_id) if ends.amc_account_id else None
    instance = world.instance(ends.amc_instance_id) if ends.amc_instance_id else None
    if account is None or instance is None:
        return {}
    return {
        "amcAccountId": account.account_id,
        "amcAccountMarketplaceId": account.marketplace,
        "amcAccountName": account.name,
        "amcInstanceId": instance.instance_id,
        "amcInstanceName": instance.name,
        "dataUploadAwsAccountId": instance.upload_aws_account,
    }


def _wire_dsp(ends: Ends) -> dict[str, Any]:
    advertiser = world.advertiser(ends.dsp_advertiser_id) if ends.dsp_advertiser_id else None
    if advertiser is None:
        return {"dspProfileId": ends.dsp_profile_id}
    return {
        "dspAdvertiserId": advertiser.advertiser_id,
        "dspAdvertiserName": advertiser.name,
        "dspAdvertiserCountryCode": advertiser.country,
        "dspAdvertiserMarketplaceId": advertiser.marketplace,
        "dspAdvertiserRegion": advertiser.region,
        "dspProfileId": ends.dsp_profile_id,
    }


PATH: Final = "/amc/audiences/connections"
ROUTES: Final = (
    Route(PATH, endpoint(CONNECTIONS, add_connection), methods=["POST"]),
    Route(PATH, endpoint(CONNECTIONS, list_connections), methods=["GET"]),
    Route(PATH, endpoint(CONNECTIONS, remove_connections), methods=["DELETE"]),
)
