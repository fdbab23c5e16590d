"""Planning: what would be sent, saved to be looked at (`plan`) or as the first half of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lading.errors import GuardTripped
from lading.ledger import new_id
from lading.ledger.rows import NamedFile, NewBatch, Plan, Planned
from lading.model.books import Books
from lading.model.forecast import Forecast
from lading.model.states import RunState
from lading.plan import expiry, guard
from lading.plan.diff import RULES, Counts
from lading.plan.explain import Explained, Facts, explain
from lading.plan.guard import Trip
from lading.service.drafting import Draft, connection_of, draft, redraft, redraft_members
from lading.service.metadata import Update, life_planned, updates
from lading.service.parts import Parts
from lading.service.settling import settle_earlier
from lading.service.work import Work, target_of
from lading.settings.syncs import Sync


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A saved plan, explained."""

    id: str
    sync: str
    audience_name: str
    #: None as long as the audience is not made.
    audience_id: str | None
    target: str
    created_at: datetime
    explained: Explained
    #: Guards that would stop it.
    tripped: tuple[Trip, ...]
    #: What is changed of the audience itself.
    updates: tuple[Update, ...]
    #: What stands in for Amazon, if anything does.
    endpoint: str | None

    def as_dict(self) -> dict[str, object]:
        """The plan by name."""
        return asdict(self)


def plan(parts: Parts, name: str, given: Path | None = None) -> PlanView:
    """Plan sync `name` and save the plan. Nothing is sent, and Amazon is asked nothing."""
    parts.audience(name)
    found = updates(parts, name)
    plan_id = new_id("p", parts.clock)
    return _saved(parts, name, plan_id, draft(parts, name, parts.home.plan(plan_id), given), found)


def plan_repair(parts: Parts, name: str) -> PlanView:
    """Plan to send every member of sync `name` again, as a refresh, and save the plan. The source is not read."""
    found = updates(parts, name)
    plan_id = new_id("p", parts.clock)
    return _saved(parts, name, plan_id, redraft_members(parts, name, parts.home.plan(plan_id)), found)


def _saved(parts: Parts, name: str, plan_id: str, made: Draft, found: tuple[Update, ...]) -> PlanView:
    kept = Plan(
        id=plan_id, sync=name, target=target_of(name, parts.sync(name)), base_generation=made.base_generation,
        source_version=made.reading.version, profile=made.profile,
        files={part: NamedFile.like(file) for part, file in made.files.items()}, counts={**made.counts(), "updates": [asdict(one) for one in found]},
        batches=tuple(asdict(batch) for batch in made.batches), created_at=parts.clock.now(),
    )  # fmt: skip
    parts.ledger.plans.add(kept)
    return _view(parts, kept)


def _view(parts: Parts, kept: Plan) -> PlanView:
    wish, audience = parts.audience(kept.sync), parts.ledger.audiences.get(kept.target)
    return PlanView(
        id=kept.id, sync=kept.sync, audience_name=wish.name, audience_id=audience.audience_id if audience else None,
        target=wish.target, created_at=kept.created_at, explained=_explained(parts, kept),
        updates=tuple(Update(**one) for one in kept.counts.get("updates", ())),
        tripped=judged(parts.sync(kept.sync), kept.counts), endpoint=parts.endpoint(wish.connection),
    )  # fmt: skip


def _explained(parts: Parts, kept: Plan) -> Explained:
    sync, counts = parts.sync(kept.sync), kept.counts
    allowed = parts.connection(connection_of(sync))
    return explain(
        Facts(
            mode=sync.mode,
            target=parts.audience(kept.sync).target,
            read=counts["read"],
            recorded=counts["recorded"],
            merged=counts["merged"],
            duplicate=counts["duplicate"],
            rejections=counts["rejections"],
            findings=counts["findings"],
            counts=Counts(**counts["changes"]),
            requests=len(kept.batches),
            parts=len({batch.get("part") for batch in kept.batches}),
            members=counts["members"],
            per_second=allowed.requests_per_second,
            per_hour=allowed.requests_per_hour,
            records_per_hour=allowed.records_per_hour,
            expiry=_expiry(parts, kept),
        )
    )


def _expiry(parts: Parts, kept: Plan) -> Forecast | None:
    mode, changes = parts.sync(kept.sync).mode, Counts(**kept.counts["changes"])
    return expiry.of_counts(
        kept.counts, now=kept.created_at, ttl=life_planned(parts, kept.sync),
        sent=changes.add + changes.update + changes.refresh, refreshes=RULES[mode].refreshes,
    )  # fmt: skip


def judged(sync: Sync, counts: Mapping[str, Any]) -> tuple[Trip, ...]:
    """The guards that trip over a plan with these counts."""
    limits = guard.Limits(
        max_rejected=sync.guards.max_rejected,
        max_removals=sync.guards.max_removals,
        min_records=sync.guards.min_records,
    )
    facts = guard.Facts(
        read=counts["read"], rejected=counts["rejected"], recorded=counts["recorded"], members=counts["members"],
        removals=counts["changes"]["remove"],
    )  # fmt: skip
    return guard.judge(facts, limits).tripped


def read_and_plan(work: Work) -> None:
    """Make the run's plan, or take over the saved one that it was opened with, and commit it at once."""
    settle_earlier(work)
    saved = work.plan
    if saved:
        planned = _planned(
            work, saved.counts, files=saved.files, batches=tuple(NewBatch(**one) for one in saved.batches),
            base=saved.base_generation, plan_id=saved.id,
        )  # fmt: skip
    else:
        made = _draft(work)
        planned = _planned(
            work, made.counts(), files=made.files, batches=made.batches, base=made.base_generation
        )
    work.parts.ledger.runs.plan(work.claim, planned)


def _draft(work: Work) -> Draft:
    if (earlier := work.order.again) is not None:
        return redraft(work.parts, work.parts.ledger.runs.get(earlier), work.folder)
    return draft(work.parts, work.name, work.folder, work.order.input)


def _planned(
    work: Work, counts: Mapping[str, Any], *, files: Mapping[str, Any], batches: tuple[NewBatch, ...], base: int,
    plan_id: str | None = None,
) -> Planned:  # fmt: skip
    tripped = [trip for trip in judged(work.sync, counts) if trip.name not in work.order.accept]
    return Planned(
        base_generation=base, files=files, batches=batches, books=books_of(counts, work.sync), plan=plan_id,
        guard=(_names(tripped), "; ".join(trip.message for trip in tripped)) if tripped else None,
    )  # fmt: skip


def books_of(counts: Mapping[str, Any], sync: Sync) -> Books:
    """The books of a run before anything is sent: all that changes is pending."""
    kinds = Counts(**counts["changes"])
    changed, removed = kinds.changed(sync.mode), kinds.removed(sync.mode)
    return Books(
        read=counts["read"], recorded=counts["recorded"], merged=counts["merged"], duplicate=counts["duplicate"],
        rejected=counts["rejected"], unchanged=kinds.unchanged, changed=changed, removed=removed,
        confirmed=0, refused=0, pending=changed + removed,
    )  # fmt: skip


def _names(tripped: list[Trip]) -> str:
    return ",".join(trip.name for trip in tripped)


def begin(work: Work) -> None:
    """On to sending, if there is anything to send, or to change of the audience."""
    nothing = not work.parts.ledger.batches.counts(work.claim.run_id) and not updates(work.parts, work.name)
    work.parts.ledger.runs.advance(work.claim, RunState.COMMITTING if nothing else RunState.DELIVERING)


def accept(work: Work) -> None:
    """On to sending, if the user accepts every guard that tripped; else say which did."""
    run = work.run
    tripped = (run.problem_code or "").split(",")
    if not work.order.accept.issuperset(tripped):
        how = " ".join(f"--accept {name}" for name in tripped)
        raise GuardTripped(
            f"{run.problem_message}. Nothing was sent. If this is right: `lading apply {run.sync} {how}`",
            where=f"run {run.id}", code=tripped[0],
        )  # fmt: skip
    work.parts.ledger.runs.advance(work.claim, RunState.DELIVERING, accepted_guards=tuple(tripped))
