"""The checks that hold Lading's world against the model, and against the protocol."""

from collections import Counter
from datetime import timedelta

from chaoskit.model import SOMEHOW, hashed


class Broken(AssertionError):
    """The world is not as it must be."""


def demand(truth, what):
    if not truth:
        raise Broken(what)


def check_morning(history, model, desk):
    """The audience as it stands, while nothing is on its way at Amazon."""
    entries = desk.entries()
    _check_people(model, entries, desk)
    _check_expiry(model, entries, desk)
    _check_matched(history, entries)
    _check_believed(desk, entries)


def check_end(history, model, desk):
    """Everything, once the last and clean command has ended."""
    check_morning(history, model, desk)
    open_ends = {who for who, truths in model.truths.items() if len(truths) > 1}
    demand(
        desk.last_run().mode != "mirror" or not open_ends,
        f"after a clean night a mirror leaves nothing open: {sorted(open_ends)}",
    )
    _check_gone(history, model, desk)
    _check_books(desk)
    _check_sendings(desk)
    _check_pace(desk)


def _check_people(model, entries, desk):
    for who in sorted({*model.truths, *entries}):
        found = frozenset(entries[who]["identifiers"]) if who in entries else None
        truths = model.of(who)
        if found is None and who not in model.fresh and _expired(desk, who):
            # Nobody sees whether Amazon still hides him, or has dropped him with somebody else's removal.
            continue
        demand(
            found in truths or (found is not None and SOMEHOW in truths),
            f"{who}: {_told(found)}, and should be {' or '.join(map(_told, truths))}",
        )


def _expired(desk, who):
    added_at = desk.witness.added_at(who)
    return bool(added_at and added_at + desk.life() <= desk.now())


def _told(truth):
    if truth is None:
        return "no member"
    if truth == SOMEHOW:
        return "a member in some way"
    return f"a member by {', '.join(sorted(f'{kind} {value[:6]}' for kind, value in truth)) or 'nothing'}"


def _check_expiry(model, entries, desk):
    """Whom the last run named is there for more than a moment; where it renews lives, until the next run and some days more."""
    life, until = desk.life(), desk.woke_at
    run = desk.last_run()
    if run.mode in {"mirror", "upsert"} and not run.plan:
        until = max(until, _soonest(run.created_at, life))
    late = [
        who for who in sorted(model.fresh & entries.keys())
        if entries[who]["added_at"] + life <= until and entries[who]["added_at"] < desk.woke_at
    ]  # fmt: skip
    demand(not late, f"named last night, and expired by {until}: {late}")


def _soonest(now, life):
    """Until when at least a run sees to it that its people stay: the next one comes in a day at the soonest, and a week of
    nights may fail, or a third of what is left then of a life."""
    day = timedelta(days=1)
    return now + day + min(7 * day, max(life - day, 0 * day) / 3)


def _check_matched(history, entries):
    """Nobody whose identifiers Amazon knows was lost as a side effect of another's removal."""
    known = {(kind, hashed(kind, person[kind])) for person in history.people for kind in ("email", "phone")}
    for who, entry in entries.items():
        reachable = bool(known & entry["identifiers"])
        demand(entry["matched"] == reachable, f"{who}: matched is {entry['matched']}, reachable {reachable}")


def _check_believed(desk, entries):
    """What Lading believes is what is."""
    sure, perhaps = desk.believed()
    demand(sure <= entries.keys(), f"believed to be members: {sorted(sure - entries.keys())}")
    unknown = entries.keys() - sure - perhaps
    demand(not unknown, f"unknown to Lading: {sorted(unknown)}")


def _check_gone(history, model, desk):
    """Whoever was forgotten stands nowhere in the home, by no form of what was known of him alone."""
    if not model.gone:
        return
    mine, others = set(), set()
    for source in history.sources:
        for who, rows in source.items():
            values = {(kind, row[kind]) for row in rows for kind in ("email", "phone") if row[kind]}
            (mine if who in model.gone else others).update(values)
    traces = desk.traces(model.gone, mine - others)
    demand(not traces, f"{sorted(model.gone)} were forgotten, and stand in {traces}")


def _check_books(desk):
    runs = desk.runs()
    for run in runs:
        demand(run.over, f"run {run.id} is {run.state}")
        if run.books is None:
            continue
        demand(not run.books.imbalance(), f"books of {run.id}: {run.books.imbalance()}")
        demand(run.state != "done" or run.books.pending == 0, f"{run.id} is done with pending people")
    if desk.witness.took_all():
        demand(not sum(run.books.refused for run in runs if run.books), "refused whom Amazon did not refuse")


def _check_sendings(desk):
    """Within a run a batch is accepted once; once more for each lost answer and each failed job, and for each fall that lost an answer."""
    runs = [(run.created_at, run.id) for run in desk.runs()]
    accepted, lost, failed = Counter(), Counter(), Counter()
    for sending in desk.witness.sendings():
        key = (max((start, run) for start, run in runs if start <= sending.at)[1], sending.sha256)
        accepted[key] += sending.job is not None
        lost[key] += sending.lost
        failed[key] += sending.job is not None and desk.witness.failed(sending.job)
    over = {key: accepted[key] - 1 - lost[key] - min(failed[key], 1) for key in accepted}
    again = {key[1][:8]: count for key, count in over.items() if count > 0}
    demand(
        sum(again.values()) <= desk.answers_lost,
        f"sent more often than allowed: {again}, while {desk.answers_lost} falls lost an answer",
    )


def _check_pace(desk):
    """Whatever was throttled was throttled by a fault."""
    throttled = desk.witness.throttled()
    demand(throttled == desk.throttled, f"{throttled} times throttled, {desk.throttled} of them by faults")
