"""Opening a run, or taking up the one that is unfinished: a target has one at a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from lading.errors import SettingsError, TargetBusy
from lading.ledger import Claim
from lading.ledger.rows import NewRun, Plan, Run
from lading.model.states import Mode, RunState
from lading.nearest import hint
from lading.plan import guard, row_guards
from lading.service import guarding
from lading.service.audiences.metadata import Update, updates
from lading.service.datasets.noticing import digest_of
from lading.service.erasure.suppressing import suppression_of
from lading.service.parts import Parts
from lading.service.work import Order, is_dataset, target_of
from lading.settings.document import written_name

#: How long a saved plan may be applied: by then nobody remembers what it showed, and members have expired.
MAX_AGE: Final = timedelta(days=1)

_GUARDS: Final = tuple(dict.fromkeys((*guard.NAMES, *row_guards.NAMES)))

_UNSENT: Final = frozenset({RunState.READING, RunState.PLANNED, RunState.GUARDED})


def claim(parts: Parts, what: str, order: Order) -> Claim:
    """The claim on the run of sync or plan `what`."""
    _check_guards(order)
    if what.startswith("p-"):
        return _of_plan(parts, parts.ledger.plans.get(what), order)
    sync, target = parts.sync(what), target_of(what, parts.sync(what))
    if not is_dataset(target):
        parts.ledger.audiences.may_use(target, sync=what, mode=sync.mode)
        updates(parts, what)
    unfinished = parts.ledger.runs.unfinished(target)
    if unfinished and (held := _taken_up(parts, unfinished, order)):
        return held
    return parts.ledger.runs.create(
        NewRun(sync=what, target=target, mode=sync.mode, max_wait=order.max_wait, fired_for=order.fired_for),
        parts.worker,
    )


def run_of_another(parts: Parts, what: str) -> Run | None:
    """The unfinished run of another sync over the audience of sync `what`. (A plan says for itself what stands in its way.)"""
    if what.startswith("p-"):
        return None
    unfinished = parts.ledger.runs.unfinished(target_of(what, parts.sync(what)))
    mine = unfinished is None or written_name(unfinished.sync) == written_name(what)
    return None if mine else unfinished


def claim_of_another(parts: Parts, what: str) -> Claim | None:
    """The claim on that run, so that it can come to its end; None if there is none, or a guard stopped it, which ends it."""
    other = run_of_another(parts, what)
    return None if other is None else _taken_up(parts, other, Order())


def busy(other: Run) -> TargetBusy:
    """Why a run cannot begin as long as another sync's is unfinished."""
    return TargetBusy(
        f"run {other.id} of sync {other.sync} writes to the same audience and is not finished. `lading follow {other.id}` brings it to "
        "its end, or a worker does; then ask again",
        where=f"run {other.id}", code="unfinished_run",
    )  # fmt: skip


def sync_of(parts: Parts, what: str) -> str:
    """The name of the sync that `what`, a sync or a plan, is about."""
    name = parts.ledger.plans.get(what).sync if what.startswith("p-") else what
    parts.sync(name)
    return name


def _check_guards(order: Order) -> None:
    """A misspelt guard would be found only when it trips, long after it was accepted."""
    for name in sorted(order.accept.difference(_GUARDS)):
        raise SettingsError(
            f"there is no guard {name!r}; {hint(name, _GUARDS)}", where="--accept", code="unknown_guard"
        )


def _taken_up(parts: Parts, unfinished: Run, order: Order) -> Claim | None:
    """The claim on an unfinished run; None if it was stopped by a guard that is still not accepted, and is cancelled for that.

    Nothing was sent for such a run, and what it read may have been corrected since.
    """
    held = parts.ledger.runs.claim(unfinished.id, parts.worker)
    tripped = guarding.tripped_by(unfinished)
    if unfinished.state is RunState.GUARDED and not order.accept.issuperset(tripped):
        parts.ledger.runs.advance(held, RunState.CANCELLED)
        parts.progress.say(f"Run {unfinished.id} was stopped by a guard and sent nothing, so it ends")
        return None
    if unfinished.state is not RunState.READING:
        parts.progress.say(
            f"Going on with run {unfinished.id} of sync {unfinished.sync}, which was {unfinished.state} when it stopped. It carries what was read then; "
            "apply again afterwards for anything newer"
        )
    return held


def _of_plan(parts: Parts, plan: Plan, order: Order) -> Claim:
    suppression_of(parts)
    if order.input is not None:
        raise SettingsError(
            "a plan carries what was read when it was made; --input goes with a sync, or with `lading plan`",
            where=f"plan {plan.id}", code="input_with_plan",
        )  # fmt: skip
    unfinished = parts.ledger.runs.unfinished(plan.target)
    same = unfinished is not None and unfinished.plan == plan.id
    if unfinished is None or unfinished.state in _UNSENT or not same:
        _check_fresh(parts, plan)
    if unfinished and same:
        return parts.ledger.runs.claim(unfinished.id, parts.worker)
    if unfinished and not (
        unfinished.state is RunState.GUARDED and _taken_up(parts, unfinished, Order()) is None
    ):
        raise TargetBusy(
            f"run {unfinished.id} of the same target is not finished. Run `lading apply {plan.sync}` to finish it, then plan again",
            where=f"plan {plan.id}", code="unfinished_run",
        )  # fmt: skip
    mode = Mode(plan.counts.get("mode", parts.sync(plan.sync).mode))
    new = NewRun(sync=plan.sync, target=plan.target, mode=mode, plan=plan.id, max_wait=order.max_wait)
    return parts.ledger.runs.create(new, parts.worker)


def _check_fresh(parts: Parts, plan: Plan) -> None:
    """A plan is delivered as it was shown, or not at all: it has to fit the audience and the source as they are now."""
    where, anew = f"plan {plan.id}", f"Run `lading {_command(plan)}` for a new one; nothing was sent"
    if any(one.created_at >= plan.created_at for one in parts.ledger.forgets.list()):
        raise SettingsError(f"was made before somebody was erased. {anew}", where=where, code="stale_plan")
    if (changed := _changed_since(parts, plan)) is not None:
        raise SettingsError(f"was made before {changed}. {anew}", where=where, code="stale_plan")
    if parts.clock.now() - plan.created_at > MAX_AGE:
        made = f"{plan.created_at:%Y-%m-%d %H:%M} UTC"
        raise SettingsError(f"is older than a day (made {made}). {anew}", where=where, code="old_plan")
    if not (plan.undoes or plan.repairs) and _source_version(parts, plan) != plan.source_version:
        raise SettingsError(
            f"was made of a source that has changed since. {anew}", where=where, code="source_changed"
        )


def _changed_since(parts: Parts, plan: Plan) -> str | None:
    """What of the target is not as it was when the plan was made."""
    if is_dataset(plan.target):
        known = parts.ledger.datasets.get(plan.target)
        if digest_of(parts.dataset(plan.sync)) != plan.counts["settings"]:
            return "the dataset's settings were changed"
        return (
            None if (known.edition if known else 0) == plan.base_generation else "the dataset's last upload"
        )
    planned = [Update(**one) for one in plan.counts.get("updates", ())]
    if list(updates(parts, plan.sync)) != planned:
        return "the audience's settings were changed"
    last = parts.ledger.audiences.generation(plan.target)
    return None if (last.number if last else 0) == plan.base_generation else "the audience's last change"


def _command(plan: Plan) -> str:
    """What makes such a plan."""
    if plan.undoes:
        return f"undo {plan.undoes}"
    if plan.repairs:
        return f"verify {plan.sync} --repair"
    given = plan.counts.get("input")
    return f"plan {plan.sync}" + (f" --input {given}" if given else "")


def _source_version(parts: Parts, plan: Plan) -> str:
    given = plan.counts.get("input")
    return parts.source(parts.sync(plan.sync), Path(given) if given else None).version()
