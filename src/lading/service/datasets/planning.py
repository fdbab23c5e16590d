"""Planning an upload: what would be sent, saved to be looked at (`plan`) or as the first half of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.ledger import new_id
from lading.ledger.dataset_rows import NewUpload
from lading.ledger.rows import NamedFile, NewBatch, Plan, Planned
from lading.model.books import Books
from lading.model.states import RunState
from lading.plan.tripping import Trip
from lading.plan.upload import UploadExplained, explain
from lading.service.datasets import noticing
from lading.service.datasets.at_amazon import at_amazon
from lading.service.datasets.drafting import UploadDraft, draft, redraft
from lading.service.datasets.ensuring import ensure, foreseen, look
from lading.service.datasets.settling import settle_earlier
from lading.service.parts import Parts
from lading.service.schedules.schedules import ScheduleLine, of_carried
from lading.service.work import Work, target_of

#: Columns that are ours and not the dataset's begin so.
_OURS: Final = "__"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPlanView:
    """A saved plan of an upload, explained."""

    id: str
    sync: str
    dataset_id: str
    instance_id: str
    bucket: str
    created_at: datetime
    explained: UploadExplained
    #: What is done to the dataset itself before, in words.
    changes: tuple[str, ...]
    #: Guards that would stop it.
    tripped: tuple[Trip, ...]
    #: What stands in for Amazon, if anything does.
    endpoint: str | None
    #: What starts the sync by itself, if anything does.
    schedule: ScheduleLine | None = None
    #: Some of its rows, as they would be sent.
    sample: tuple[dict[str, str | None], ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The plan by name."""
        return {**asdict(self), "explained": self.explained.as_dict()}


def plan(parts: Parts, name: str, given: Path | None = None, *, sample: int = 0) -> UploadPlanView:
    """Plan an upload of sync `name` and save the plan. Nothing is sent; Amazon is asked what the dataset looks like."""
    target = parts.dataset(name)
    changes = foreseen(parts, name, look(parts, name, at_amazon(parts, target)))
    plan_id, erased_until = new_id("p", parts.clock), parts.ledger.forgets.latest()
    made = draft(parts, name, parts.home.plan(plan_id), given)
    counts = noticing.counted(parts, name, made, given=given) | {"changes": list(changes)}
    kept = Plan(
        id=plan_id, sync=name, target=target_of(name, parts.sync(name)), base_generation=made.edition,
        source_version=made.reading.version, profile=parts.sync(name).identity.profile,
        files={part: NamedFile.like(file) for part, file in made.files.items()}, counts=counts,
        batches=tuple(asdict(batch) for batch in made.batches), created_at=parts.clock.now(),
    )  # fmt: skip
    parts.ledger.plans.add(kept, erased_until=erased_until)
    return UploadPlanView(
        id=kept.id, sync=name, dataset_id=target.id, instance_id=at_amazon(parts, target).instance.instance_id,
        bucket=target.bucket, created_at=kept.created_at, explained=explain(counts), changes=changes,
        tripped=noticing.judged(parts.sync(name), counts), endpoint=parts.endpoint(target.connection),
        schedule=of_carried(parts, name), sample=_sampled(made, sample),
    )  # fmt: skip


def read_and_plan(work: Work) -> None:
    """Make the run's plan, or take over the saved one that it was opened with, and commit it at once."""
    settle_earlier(work)
    if saved := work.plan:
        batches = tuple(NewBatch(**one) for one in saved.batches)
        _keep(
            work, saved.counts, files=saved.files, batches=batches, base=saved.base_generation, plan=saved.id
        )
        return
    look(work.parts, work.name, at_amazon(work.parts, work.dataset, work.until))
    if (earlier := work.order.again) is not None:
        made = redraft(work.parts, work.parts.ledger.runs.get(earlier), work.folder)
    else:
        made = draft(work.parts, work.name, work.folder, work.order.input)
    counts = noticing.counted(work.parts, work.name, made, given=work.order.input)
    _keep(work, counts, files=made.files, batches=made.batches, base=made.edition)


def _keep(
    work: Work, counts: Mapping[str, Any], *, files: Mapping[str, Any], batches: tuple[NewBatch, ...], base: int,
    plan: str | None = None,
) -> None:  # fmt: skip
    target, ledger = work.dataset, work.parts.ledger
    judged = noticing.judged(work.sync, counts)
    tripped = [(trip.name, trip.text) for trip in judged if trip.name not in work.accepted]
    planned = Planned(
        base_generation=base, files=files, batches=batches, books=books_of(counts), plan=plan, tripped=tripped, seen=counts["seen"],
    )  # fmt: skip
    prefix = "/".join(filter(None, (target.folder, work.claim.run_id))) + "/"
    upload = NewUpload(strategy=target.update_strategy, bucket=target.bucket_name, prefix=prefix)
    for column, reason in counts["allowed"].items():
        where = {"run": work.claim.run_id, "target": work.claim.target, "column": column, "reason": reason}
        ledger.audit.add("raw identifiers allowed", who=str(work.parts.worker.owner), where=where)
    ledger.runs.plan(work.claim, planned, (upload,) * len(batches))


def books_of(counts: Mapping[str, Any]) -> Books:
    """The books of a run before anything is sent: all that is sent is pending, and what is left out is unchanged."""
    return Books(
        read=counts["read"], recorded=counts["recorded"], merged=0, duplicate=0, rejected=counts["rejected"],
        unchanged=sum(counts["left_out"].values()), changed=counts["sent"], confirmed=0, refused=0, pending=counts["sent"],
    )  # fmt: skip


def begin(work: Work) -> None:
    """On to sending, if there is anything to send; else the dataset alone is brought to what the settings say."""
    if work.parts.ledger.batches.counts(work.claim.run_id):
        work.parts.ledger.runs.advance(work.claim, RunState.DELIVERING)
        return
    ensure(work, at_amazon(work.parts, work.dataset, work.until))
    work.parts.ledger.runs.advance(work.claim, RunState.COMMITTING)


def _sampled(made: UploadDraft, number: int) -> tuple[dict[str, str | None], ...]:
    rows = pl.scan_parquet(made.folder / made.reading.files["rows"].name).head(number).collect()
    own = [column for column in rows.columns if not column.startswith(_OURS)]
    return tuple(rows.select(pl.col(own).cast(pl.String)).iter_rows(named=True)) if number else ()
