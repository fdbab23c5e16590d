"""The moments at which a history falls: every crash point that a run reaches, and what has to happen so that it is reached."""

from lading.crashpoints import DATASET_POINTS, POINTS

#: Crash points that no history reaches, and why.
ELSEWHERE = {
    "ledger.secret": "secrets are kept by `lading connect`",
    "ledger.audit": "written by `lading connect`; the deeds of a run are part of its own transactions",
    "ledger.events": "events come in at a server",
    "events": "likewise",
    "marks": "likewise",
    "ledger.key": "keys of the server's API",
    "ledger.left": "a run that the server opens for another process",
    "ledger.setting": "settings that are changed through the API",
    "ledger.fired": "schedules are fired by workers",
    "ledger.firing_taken": "likewise",
    "ledger.firing_ended": "likewise",
    "ledger.schedule": "likewise",
    "ledger.beat": "a sign of life every ten seconds of the machine's time",
}


def _elsewhere(point):
    return point.rpartition(".")[0] in ELSEWHERE


#: Those that are drawn.
MOMENTS = sorted(point for point in POINTS - DATASET_POINTS if not _elsewhere(point))

_AT_RECORDS = {"at": [1, 2], "route": "POST */records", "hold_seconds": 0}
_AT_METADATA = {"at": [1], "route": "POST */metadata", "hold_seconds": 0}

#: Faults of the first night that bring a moment about; the others come by themselves.
FAULTS = {
    "ledger.held": {"server_error": _AT_RECORDS},
    "ledger.unknown": {"timeout_after": _AT_RECORDS},
    "ledger.ready": {"job_failed": {"at": [1, 2]}},
    "ledger.paused": {"throttle": _AT_RECORDS},
    "ledger.split": {"refuse_records": {"at": [1]}},
    "ledger.refused": {"refuse_records": {"rate": 1.0}},
    "ledger.stuck": {"slow_jobs_seconds": 300_000},
    "ledger.failed": {"slow_jobs_seconds": 300_000},
    "ledger.settled": {"slow_jobs_seconds": 300_000},
    "ledger.audience_adopted": {"timeout_after": _AT_METADATA},
    "ledger.stopped": {"slow_jobs_seconds": 5000},
    "ledger.polled": {"slow_jobs_seconds": 300},
}

#: How the user goes about the first night, where it matters.
WAYS = {
    "ledger.stopped": ("max_wait",),
    "ledger.guarded": ("strict",),
    "ledger.plan": ("plan",),
    # Plans go after a week; the last night of a history comes later than that.
    "ledger.swept": ("plan",),
}


#: Moments that come once in a history, or need the first night to be as it is made for them.
ONCE = (
    "ledger.opened", "ledger.link", "ledger.audience_creat", "ledger.audience_adopt", "audiences_json", "create_audience", "ledger.cancelled", "ledger.claimed",
)  # fmt: skip


#: Moments of an audience whose description changes.
RETOLD = ("ledger.audience_updat", "update_audience")


#: What has to happen after the first night, where it matters.
BETWEEN = {
    "forget": (
        "ledger.suppressed", "ledger.removed", "ledger.erased", "ledger.rewritten", "ledger.forgotten", "receipt.", "forget.",
    ),
    "months": ("ledger.swept",),
    "verify": ("ledger.verified",),
}  # fmt: skip


def between(point):
    return next((what for what, points in BETWEEN.items() if point.startswith(points)), "")


def faults_for(point):
    return FAULTS.get(point.rpartition(".")[0], {})


def ways_for(point):
    return WAYS.get(point.rpartition(".")[0], ())


def circumstances(history, point):
    """What else of a history has to be as the moment needs it."""
    if point.startswith("ledger.split"):
        return {"policy": {**history.policy, "max_body_bytes": 900}, "records_per_request": 20}
    if point.startswith("ledger.audience_adopted"):
        return {"policy": {**history.policy, "duplicate_audience": "refuse"}}
    if point.startswith("ledger.link"):
        return {"target": "AMC_AND_DSP"}
    return {}
