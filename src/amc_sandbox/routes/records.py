"""`/amc/audiences/records`: people in and out, and the jobs that it takes."""

from __future__ import annotations

from typing import Any, Final

from starlette.routing import Route

from amc_sandbox import world
from amc_sandbox.families import AUDIENCES, Refusal
from amc_sandbox.jobs import RECORDS_PATH, Order
from amc_sandbox.pace import HOUR, records_wait
from amc_sandbox.routes.metadata import sizes
from amc_sandbox.shapes import records as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.connections import Connection
from amc_sandbox.state.members import Legs
from amc_sandbox.wire import Answer, Call, Note, endpoint, throttled


def send_records(call: Call) -> Answer:
    call.need_terms()
    wish = read(shapes.RECORDS, call.body)
    order = _order(call, wish)
    _pace(call, order)
    job_id = call.sandbox.jobs.accept(order, call.sandbox.policy, call.now)
    return Answer(202, {"jobRequestId": job_id}, Note(order.records, job_id))


def _order(call: Call, wish: shapes.Records) -> Order:
    """Where the records go. An audience of an advertiser goes to DSP, any other through a connection."""
    target = wish.get("targetResource", {})
    audience = call.sandbox.audiences.get(call.owner, wish["audienceId"])
    connection_id: str | None = None
    if audience is not None and audience.advertiser_id is not None:
        legs, advertiser_id = Legs(amc=False, dsp=True), audience.advertiser_id
    else:
        connection = _connection(call, target.get("connectionId"))
        connection_id, advertiser_id = connection.connection_id, connection.ends.dsp_advertiser_id or ""
        legs = Legs(
            amc=connection.ends.amc_instance_id is not None, dsp="DSP" in target.get("targetTypes", ())
        )
    if not (legs.amc or legs.dsp):
        raise Refusal(400, "The connection has no AMC instance, and targetTypes does not name DSP")
    advertiser = world.advertiser(advertiser_id)
    dsp_fails = legs.dsp and (advertiser is None or advertiser.region != call.region)
    count = len(wish["records"])
    return Order(wish["audienceId"], call.owner, connection_id, legs, dsp_fails, count, call.body)


def _connection(call: Call, connection_id: str | None) -> Connection:
    """The one that is named, else the default."""
    book = call.sandbox.connections
    found = book.get(call.owner, connection_id) if connection_id else book.default(call.owner)
    if found is None:
        wrong = (
            "targetResource.connectionId is not an active connection"
            if connection_id
            else "There is no connection"
        )
        raise Refusal(400, wrong)
    return found


def _pace(call: Call, order: Order) -> None:
    if order.connection_id is None:
        return
    sent = call.sandbox.jobs.sent_since(order.connection_id, call.now - HOUR)
    wait = records_wait(sent, order.records, call.sandbox.policy.records_per_hour, call.now)
    if wait:
        raise throttled(wait)


def get_job(call: Call) -> Answer:
    job = call.sandbox.jobs.get(call.owner, call.path("job_id"))
    if job is None:
        raise Refusal(404, "Job not found")
    scale = 1.0 if call.sandbox.policy.rate_scale == "percent" else 0.01
    shown: dict[str, Any] = {
        "jobRequestId": job.job_id,
        "jobState": job.outcome.state,
        "successful": {"recordsProcessedRate": round(job.outcome.rate * scale, 6)},
        "invalidRecords": job.outcome.invalid,
    }
    audience = call.sandbox.audiences.get(call.owner, job.audience_id)
    if audience is not None and job.outcome.state != "PENDING":
        shown["audienceSize"] = sizes(call, audience)
    return Answer(200, shown)


ROUTES: Final = (
    Route(RECORDS_PATH, endpoint(AUDIENCES, send_records), methods=["POST"]),
    Route(f"{RECORDS_PATH}/{{job_id}}", endpoint(AUDIENCES, get_job), methods=["GET"]),
)
