"""A plain model of what an audience must hold after a history, and the checks that hold Lading's world against it."""

from collections import Counter
from hashlib import sha256

import polars as pl

from chaoskit.histories import LOST, REFUSING


class Broken(AssertionError):
    """The world is not as it must be."""


def demand(truth, what):
    if not truth:
        raise Broken(what)


def check(history, outcomes, desk, mark):
    """Everything, once the last and clean command has ended. `outcomes`: the runs that ended during each step."""
    members = _members(desk)
    last = history.steps[-1]
    _check_people(history, outcomes, set(members))
    if last.mode != "remove":
        _check_identifiers(last.source, members)
        _check_matched(history, last.source, members)
    _check_membership(desk, set(members))
    _check_books(history, desk)
    _check_sendings(history, desk, mark)
    _check_pace(desk)


def _members(desk):
    [audience] = desk.ids()
    return {one["externalUserId"]: one for one in desk.door.members(audience)}


def _check_people(history, outcomes, members):
    """Whom the audience must hold, whom it may hold, by the mode and the sources alone."""
    must, may = set(), set()
    for step, refused in zip(history.steps, outcomes, strict=True):
        source = set(step.source)
        if step.mode == "mirror":
            must, may = set(source), set(source)
        elif step.mode == "remove":
            must -= source
            may = (may - source) if not refused else may
        else:
            may |= source
            must = must | source
        if refused:  # who was refused is for the last, clean command to bring in
            must = set()
    last = history.steps[-1]
    if last.mode == "remove":
        demand(not members & set(last.source), f"not removed: {sorted(members & set(last.source))}")
    else:
        must |= set(last.source)
        may |= set(last.source)
    demand(must <= members, f"{history.steps[-1].mode}: missing {sorted(must - members)}")
    demand(members <= may, f"{history.steps[-1].mode}: too many {sorted(members - may)}")


def _check_identifiers(source, members):
    """Whoever stands in the last source has at Amazon exactly the e-mails and telephones of that source."""
    for key, rows in source.items():
        for kind, plain in (("email", _email), ("phone", _phone)):
            wanted = {sha256(plain(row[kind]).encode()).hexdigest() for row in rows if row[kind]}
            there = {one[kind] for one in members[key]["sets"] if kind in one}
            demand(
                wanted == there,
                f"{key}: {kind} differs; too many {len(there - wanted)}, missing {len(wanted - there)}",
            )


def _check_matched(history, source, members):
    """Nobody whose identifiers Amazon knows was lost as a side effect of another's removal."""
    known = {person[kind] for person in history.people for kind in ("email", "phone")}
    for key, rows in source.items():
        reachable = any(row[kind] in known for row in rows for kind in ("email", "phone"))
        demand(
            members[key]["matched"] == reachable,
            f"{key}: matched is {members[key]['matched']}, reachable {reachable}",
        )


def _email(value):
    return value.strip().lower()


def _phone(value):
    digits = "".join(filter(str.isdigit, value))
    return digits if len(digits) > 10 else f"1{digits}"


def _check_membership(desk, members):
    """What Lading believes is what is."""
    believed = desk.believed()
    demand(believed["sure"] <= members, f"believed to be members: {sorted(believed['sure'] - members)}")
    demand(
        members <= believed["sure"] | believed["perhaps"],
        f"unknown to Lading: {sorted(members - believed['sure'] - believed['perhaps'])}",
    )


def _check_books(history, desk):
    with desk.parts() as parts:
        runs = parts.ledger.runs.list(1000)
    for run in runs:
        demand(run.over, f"run {run.id} is {run.state}")
        if run.books is None:
            continue
        demand(not run.books.imbalance(), f"books of {run.id}: {run.books.imbalance()}")
        demand(run.state != "done" or run.books.pending == 0, f"{run.id} is done with pending people")
    if not any(name in step.faults for step in history.steps for name in REFUSING):
        refused = [run.books.refused for run in runs if run.books]
        demand(not sum(refused), "people were refused whom Amazon did not refuse")


def _check_sendings(history, desk, mark):
    """Within a run, a batch is accepted once; once more for each lost answer, fall and failed job."""
    runs = desk.runs_by_time()
    sent = Counter()
    lost = Counter()
    for request in desk.door.requests(mark):
        if request["method"] != "POST" or not request["path"].endswith("/amc/audiences/records"):
            continue
        key = (_run_at(runs, request["at"]), request["bodySha256"])
        sent[key] += request["jobRequestId"] is not None
        lost[key] += request["status"] is None
    again = any(name in step.faults for step in history.steps for name in ("job_failed", "job_partial"))
    over = {key: sent[key] - 1 - lost[key] - (1 if again else 0) for key in sent}
    demand(
        sum(count for count in over.values() if count > 0) <= desk.falls,
        f"sent more often than allowed: {[(key[0], count) for key, count in over.items() if count > 0]}, falls {desk.falls}",
    )


def _run_at(runs, at):
    return max((start, run) for start, run in runs if start <= at)[1]


def _check_pace(desk):
    """Whatever was throttled was throttled by a fault."""
    answers = Counter(request["status"] for request in desk.door.requests())
    demand(
        answers[429] == desk.throttled, f"{answers[429]} times throttled, {desk.throttled} of them by faults"
    )


def membership(path):
    """The index as Lading keeps it: those it is sure of, and those who may be members for all it knows."""
    index = pl.read_parquet(path).select("external_id", "fingerprint")
    sure = index.filter(~pl.col("fingerprint").str.contains("^[~!-]"))
    return {"sure": set(sure["external_id"]), "perhaps": set(index["external_id"]) - set(sure["external_id"])}


__all__ = ["LOST", "Broken", "check", "demand", "membership"]
