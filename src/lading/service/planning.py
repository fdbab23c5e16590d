"""Planning: what would be sent, saved to be looked at (`plan`) or as the first half of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from lading.errors import GuardTripped
from lading.ledger import new_id
from lading.ledger.rows import NamedFile, NewBatch, Plan, Planned
from lading.model.states import RunState
from lading.plan.explain import Explained, Facts, explain
from lading.plan.guard import Verdict, judge
from lading.service.drafting import Draft, books_of, committed, counts_of, draft, target_of
from lading.service.parts import Parts
from lading.service.work import Work


def plan(parts: Parts, name: str, given: Path | None = None) -> PlanView:
    """Plan sync `name` and save the plan; nothing is sent, and Amazon is not asked anything."""
    parts.audience(name)
    sync, plan_id = parts.sync(name), new_id("p", parts.clock)
    made = draft(parts, name, parts.home.plan(plan_id), given)
    kept = Plan(
        id=plan_id, sync=name, target=target_of(name, sync), base_generation=made.base_generation,
        source_version=made.reading.version, profile=made.profile, settings_fingerprint="",
        files={part: NamedFile.like(file) for part, file in made.files.items()}, counts=made.counts(),
        batches=tuple(_as_kept(batch) for batch in made.batches), created_at=parts.clock.now(),
    )  # fmt: skip
    parts.ledger.plans.add(kept)
    return view(parts, kept)
