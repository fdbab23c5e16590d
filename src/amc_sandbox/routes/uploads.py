"""`/amc/advertiserData/{instanceId}/uploads`: uploads, asked for and followed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.routing import Route

from amc_sandbox.clock import stamp
from amc_sandbox.families import UPLOADS, Refusal
from amc_sandbox.routes.advertiser_data import (
    ROOT,
    data_endpoint,
    find_dataset,
    page_size,
    refuse_if,
)
from amc_sandbox.routes.countries import check_country
from amc_sandbox.routes.pages import page
from amc_sandbox.shapes import upload as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.state.datasets import Dataset
from amc_sandbox.state.ids import fraction
from amc_sandbox.state.uploads import COMPARATORS, Life, Upload, Wanted
from amc_sandbox.wire import Answer, Call
from amc_sandbox.world import Instance

#: How an upload's status is called in the specification, and in the guide.
STATUSES: Final = {
    "spec": {one: one for one in ("SUBMITTED", "IN_PROGRESS", "SUCCESS", "FAILED")},
    "guide": {"SUBMITTED": "PENDING", "IN_PROGRESS": "PENDING", "SUCCESS": "COMPLETED", "FAILED": "FAILED"},
}
#: The share of its time after which an upload is in progress.
WAITING: Final = 0.1


def create_upload(call: Call, instance: Instance) -> Answer:
    dataset = find_dataset(call, instance)
    wish = read(shapes.NEW, _understood(call))
    _check(dataset, wish)
    upload_id, path = call.sandbox.ids.uuid("upload"), call.request.scope["path"]
    upload = Upload(
        upload_id,
        dataset.number,
        instance.instance_id,
        dataset.dataset_id,
        dict(wish),
        fails=call.sandbox.faults.strike_job(path, "job_failed") is not None,
        life=_life(call, dataset, upload_id),
        status="SUBMITTED",
        updated_at=call.now,
        message=None,
        metrics={},
    )
    call.sandbox.uploads.add(upload)
    return Answer(200, {"status": _status(call, upload), "uploadId": upload_id})


def _understood(call: Call) -> bytes:
    """The body, with older key names translated where they are understood."""
    if not call.sandbox.policy.older_source_keys:
        return call.body
    try:
        return json.dumps(shapes.modern(json.loads(call.body))).encode()
    except ValueError:
        return call.body


def _check(dataset: Dataset, wish: shapes.NewUpload) -> None:
    check_country(wish.get("countryCode"))
    overlaps = wish["updateStrategy"].startswith("OVERLAP_") and not dataset.is_fact
    refuse_if(
        [
            None if _one_of(wish["dataSource"], shapes.SOURCES) else _demand("dataSource", shapes.SOURCES),
            None if _one_of(wish["fileFormat"], shapes.FORMATS) else _demand("fileFormat", shapes.FORMATS),
            f"{wish['updateStrategy']} applies to FACT data sets only" if overlaps else None,
        ]
    )


def _one_of(given: Any, keys: tuple[str, ...]) -> bool:
    return sum(key in given for key in keys) == 1


def _demand(where: str, keys: tuple[str, ...]) -> str:
    return f"Exactly one of {', '.join(keys)} must be provided in {where}"


def _life(call: Call, dataset: Dataset, upload_id: str) -> Life:
    policy, sandbox = call.sandbox.policy, call.sandbox
    shortest, longest = policy.upload_seconds
    seconds = shortest + (longest - shortest) * fraction(sandbox.seed, upload_id)
    whole = timedelta(seconds=seconds + (sandbox.faults.seconds("slow_jobs_seconds") or 0.0))
    ends_at = call.now + whole
    if policy.upload_order == "fifo":
        ends_at = max(ends_at, sandbox.uploads.last_end(dataset.number))
    return Life(call.now, call.now + whole * WAITING, ends_at)


def list_uploads(call: Call, instance: Instance) -> Answer:
    found = call.sandbox.uploads.of(instance.instance_id, _wanted(call))
    shown = [_wire(call, one) for one in found]
    return Answer(200, page("uploads", shown, call.query("nextToken"), page_size(call)))


def _wanted(call: Call) -> Wanted:
    status, comparator, text = (call.query(key) for key in ("status", "createdAtComparator", "createdAt"))
    if comparator not in (None, *COMPARATORS):
        raise Refusal(400, f"createdAtComparator must be one of {', '.join(COMPARATORS)}")
    if (comparator is None) != (text is None):
        raise Refusal(400, "createdAt and createdAtComparator must be provided together")
    return Wanted(
        call.query("dataSetId"),
        _known(call, status),
        None if text is None else _moment(text),
        comparator or "EQ",
    )


def _known(call: Call, status: str | None) -> tuple[str, ...]:
    """The statuses of the specification that are meant."""
    names = STATUSES[call.sandbox.policy.upload_statuses]
    if status not in (None, *names.values()):
        raise Refusal(400, f"status must be one of {', '.join(dict.fromkeys(names.values()))}")
    return tuple(key for key, name in names.items() if status in (None, name))


def _moment(text: str) -> datetime:
    try:
        read_ = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, "createdAt must be a timestamp such as 2026-01-05T08:00:00Z") from None
    return read_.replace(tzinfo=read_.tzinfo or UTC).astimezone(UTC)


def get_upload(call: Call, instance: Instance) -> Answer:
    found = call.sandbox.uploads.get(instance.instance_id, call.path("dataset_id"), call.path("upload_id"))
    if found is None:
        raise Refusal(404, "Upload not found")
    return Answer(200, {"upload": _wire(call, found)})


def _status(call: Call, upload: Upload) -> str:
    return STATUSES[call.sandbox.policy.upload_statuses][upload.status]


def _wire(call: Call, one: Upload) -> dict[str, Any]:
    optional = {"countryCode": one.request.get("countryCode"), "message": one.message}
    return {
        "uploadId": one.upload_id,
        "instanceId": one.instance_id,
        "dataSetId": one.dataset_id,
        "dataSource": one.request["dataSource"],
        "status": _status(call, one),
        "createdAt": stamp(one.life.created_at),
        "updatedAt": stamp(one.updated_at),
        "metrics": one.metrics,
        **{key: value for key, value in optional.items() if value is not None},
    }


PATH: Final = f"{ROOT}/uploads"
ROUTES: Final = (
    Route(f"{PATH}/list", data_endpoint(UPLOADS, list_uploads), methods=["POST"]),
    Route(f"{PATH}/{{dataset_id}}", data_endpoint(UPLOADS, create_upload), methods=["POST"]),
    Route(f"{PATH}/{{dataset_id}}/{{upload_id}}", data_endpoint(UPLOADS, get_upload), methods=["GET"]),
)
