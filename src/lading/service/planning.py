"""Planning: what would be sent, saved to be looked at (`plan`) or as the first half of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lading.ledger import new_id
from lading.ledger.rows import NamedFile, NewBatch, Plan, Planned
from lading.model.books import Books
from lading.model.forecast import Forecast
from lading.model.states import Mode, RunState
from lading.plan import expiry
from lading.plan.diff import RULES, Counts
from lading.plan.explain import Explained, Facts, explain
from lading.plan.tripping import Trip
from lading.service import guarding, noticing
from lading.service.audiences.metadata import Update, life_planned, updates
from lading.service.drafting import Draft, connection_of, draft, redraft
from lading.service.erasure.leaving import leave
from lading.service.parts import Parts
from lading.service.sampling import Sample, sampled
from lading.service.schedules.schedules import ScheduleLine, of_carried
from lading.service.settling import settle_earlier
from lading.service.work import Work, target_of


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
    #: Of an undo: the run that it takes back, and the later ones that go with it.
    undoes: tuple[str, ...] = ()
    #: What starts the sync by itself, if anything does.
    schedule: ScheduleLine | None = None
    #: Some of its records, as they would be sent.
    sample: tuple[Sample, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The plan by name."""
        return {
            **asdict(self),
            "explained": self.explained.as_dict(),
            "sample": [one.as_dict() for one in self.sample],
        }


def plan(parts: Parts, name: str, given: Path | None = None, *, sample: int = 0) -> PlanView:
    """Plan sync `name` and save the plan. Nothing is sent, and Amazon is asked nothing. `sample`: how many records to show."""
    parts.audience(name)
    updates(parts, name)  # what cannot be changed is refused before anything is read
    plan_id, erased_until = new_id("p", parts.clock), parts.ledger.forgets.latest()
    made = draft(parts, name, parts.home.plan(plan_id), given)
    counts = noticing.counted(parts, name, made, given=given)
    return keep(parts, name, plan_id, made, counts, sample=sample, erased_until=erased_until)


def keep(  # noqa: PLR0913  (facts of a plan, by name)
    parts: Parts, name: str, plan_id: str, made: Draft, counts: Mapping[str, Any], *,
    sample: int, erased_until: str | None,
) -> PlanView:  # fmt: skip
    """Save a draft as a plan, and explain it. `erased_until`: the last erasure before the draft was begun."""
    kept = Plan(
        id=plan_id, sync=name, target=target_of(name, parts.sync(name)), base_generation=made.base_generation,
        source_version=made.reading.version, profile=made.profile,
        files={part: NamedFile.like(file) for part, file in made.files.items()}, counts=counts,
        batches=tuple(asdict(batch) for batch in made.batches), created_at=parts.clock.now(),
    )  # fmt: skip
    parts.ledger.plans.add(kept, erased_until=erased_until)
    return _view(parts, kept, sampled(made.folder / made.diffed.changes.name, sample))


def _view(parts: Parts, kept: Plan, sample: tuple[Sample, ...]) -> PlanView:
    wish, audience = parts.audience(kept.sync), parts.ledger.audiences.get(kept.target)
    return PlanView(
        id=kept.id, sync=kept.sync, audience_name=wish.name, audience_id=audience.audience_id if audience else None,
        target=wish.target, created_at=kept.created_at, explained=_explained(parts, kept),
        updates=tuple(Update(**one) for one in kept.counts.get("updates", ())),
        tripped=guarding.judged(parts.sync(kept.sync), kept.counts), endpoint=parts.endpoint(wish.connection),
        undoes=(kept.undoes, *kept.counts["seen"]["undoes_also"]) if kept.undoes else (),
        schedule=of_carried(parts, kept.sync), sample=sample,
    )  # fmt: skip


def _explained(parts: Parts, kept: Plan) -> Explained:
    sync, counts = parts.sync(kept.sync), kept.counts
    allowed = parts.connection(connection_of(sync))
    return explain(
        Facts(
            mode="undo" if kept.undoes else counts["mode"],
            target=parts.audience(kept.sync).target,
            read=counts["read"],
            recorded=counts["recorded"],
            merged=counts["merged"],
            duplicate=counts["duplicate"],
            rejections=counts["rejections"],
            findings=counts["findings"],
            # Plans of earlier days have none.
            warnings=counts.get("warnings", {}),
            assumed_country=counts.get("assumed_country"),
            counts=Counts(**counts["changes"]),
            requests=len(kept.batches),
            parts=len({batch.get("part") for batch in kept.batches}),
            members=counts["members"],
            per_second=allowed.requests_per_second,
            per_hour=allowed.requests_per_hour,
            records_per_hour=allowed.records_per_hour,
            expiry=_expiry(parts, kept),
            since=counts.get("since"),
            columns_changed=guarding.column_changes(counts),
            identity_changed=guarding.setting_changes(counts),
            resent=counts.get("resent", 0),
            unknown_countries=counts["unknown_countries"],
        )
    )


def _expiry(parts: Parts, kept: Plan) -> Forecast | None:
    mode, changes = Mode(kept.counts["mode"]), Counts(**kept.counts["changes"])
    return expiry.of_counts(
        kept.counts, now=kept.created_at, ttl=life_planned(parts, kept.sync),
        sent=changes.add + changes.update + changes.refresh, refreshes=RULES[mode].refreshes,
    )  # fmt: skip


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
        # What an erasure sends away is nothing that later runs of the sync are held against.
        counts = (
            made.counts()
            if work.run.forget
            else noticing.counted(work.parts, work.name, made, given=work.order.input)
        )
        planned = _planned(work, counts, files=made.files, batches=made.batches, base=made.base_generation)
    work.parts.ledger.runs.plan(work.claim, planned)


def _draft(work: Work) -> Draft:
    if work.run.forget is not None:
        return leave(work)
    if (earlier := work.order.again) is not None:
        return redraft(work.parts, work.parts.ledger.runs.get(earlier), work.folder)
    return draft(work.parts, work.name, work.folder, work.order.input)


def _planned(
    work: Work, counts: Mapping[str, Any], *, files: Mapping[str, Any], batches: tuple[NewBatch, ...], base: int,
    plan_id: str | None = None,
) -> Planned:  # fmt: skip
    # An erasure was confirmed by whoever ordered it.
    judged = () if work.run.forget else guarding.judged(work.sync, counts)
    tripped = [trip for trip in judged if trip.name not in work.accepted]
    return Planned(
        base_generation=base, files=files, batches=batches, books=books_of(counts, work.run.mode), plan=plan_id,
        tripped=[(trip.name, trip.text) for trip in tripped], seen=counts.get("seen"),
    )  # fmt: skip


def books_of(counts: Mapping[str, Any], mode: Mode) -> Books:
    """The books of a run before anything is sent: all that changes is pending."""
    kinds = Counts(**counts["changes"])
    changed, removed = kinds.changed(mode), kinds.removed(mode)
    return Books(
        read=counts["read"], recorded=counts["recorded"], merged=counts["merged"], duplicate=counts["duplicate"],
        rejected=counts["rejected"], unchanged=kinds.unchanged, changed=changed, removed=removed,
        confirmed=0, refused=0, pending=changed + removed,
    )  # fmt: skip


def begin(work: Work) -> None:
    """On to sending, if there is anything to send, or to change of the audience."""
    nothing = not work.parts.ledger.batches.counts(work.claim.run_id) and not updates(work.parts, work.name)
    work.parts.ledger.runs.advance(work.claim, RunState.COMMITTING if nothing else RunState.DELIVERING)


def accept(work: Work) -> None:
    """On to sending, if the user accepts every guard that tripped; else say which did."""
    run = work.run
    tripped = guarding.tripped_by(run)
    if not work.accepted.issuperset(tripped):
        raise guarding.stopped(run)
    work.parts.ledger.runs.advance(work.claim, RunState.DELIVERING, accepted_guards=tripped)
