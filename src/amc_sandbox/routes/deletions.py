"""`/amc/advertiserData/{instanceId}/userDeletionRequest`: people who are to be taken out of every data set."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import dataset_rules
from amc_sandbox.clock import stamp
from amc_sandbox.families import DELETIONS, Refusal
from amc_sandbox.routes.advertiser_data import ROOT, data_endpoint, page_size, refuse_if
from amc_sandbox.routes.pages import page
from amc_sandbox.shapes import deletion as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.deletions import Deletion
from amc_sandbox.state.ids import fraction
from amc_sandbox.wire import Answer, Call
from amc_sandbox.world import Instance


def create_deletion(call: Call, instance: Instance) -> Answer:
    wish = read(shapes.NEW, call.body)["targetIdentities"]
    refuse_if(
        f"targetIdentities/{index} must have externalIdentity or hashedIdentity, and not both"
        for index, one in enumerate(wish)
        if len(one.keys() & {"externalIdentity", "hashedIdentity"}) != 1
    )
    policy, sandbox = call.sandbox.policy, call.sandbox
    deletion_id = sandbox.ids.uuid("deletion")
    shortest, longest = policy.deletion_seconds
    seconds = shortest + (longest - shortest) * fraction(sandbox.seed, deletion_id)
    seconds += sandbox.faults.seconds("slow_jobs_seconds") or 0.0
    unseen = min(seconds, policy.deletion_unseen_seconds)
    shown_at, ends_at = call.now + timedelta(seconds=unseen), call.now + timedelta(seconds=seconds)
    identities = [dict(one) for one in wish]
    sandbox.deletions.add(
        Deletion(
            deletion_id, instance.instance_id, identities, len(wish), call.now, shown_at, ends_at, "PENDING"
        )
    )
    return Answer(200, {"userDeletionRequestId": deletion_id})


def list_deletions(call: Call, instance: Instance) -> Answer:
    shown = [_wire(one) for one in call.sandbox.deletions.of(instance.instance_id, call.now)]
    size = page_size(call, dataset_rules.DELETION_PAGE)
    return Answer(200, page("userDeletions", shown, call.query("nextToken"), size))


def get_deletion(call: Call, instance: Instance) -> Answer:
    found = call.sandbox.deletions.get(instance.instance_id, call.path("deletion_id"), call.now)
    if found is None:
        raise Refusal(404, "User deletion request not found")
    return Answer(200, {"identityDeletion": _wire(found)})


def _wire(one: Deletion) -> dict[str, Any]:
    return {
        "userDeletionRequestId": one.deletion_id,
        "creationDateTime": stamp(one.created_at),
        "identityCount": one.count,
        "status": one.status,
    }


PATH: Final = f"{ROOT}/userDeletionRequest"
ROUTES: Final = (
    Route(PATH, data_endpoint(DELETIONS, create_deletion), methods=["POST"]),
    Route(f"{PATH}/list", data_endpoint(DELETIONS, list_deletions), methods=["POST"]),
    Route(f"{PATH}/{{deletion_id}}", data_endpoint(DELETIONS, get_deletion), methods=["GET"]),
)
