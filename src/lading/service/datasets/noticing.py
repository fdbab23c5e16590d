"""What a plan of an upload notices beside its rows, for guards and for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from lading.ledger.rows import Run
from lading.model.states import RunState
from lading.plan import row_guards
from lading.plan.periods import Picking
from lading.plan.row_guards import RowFacts, RowLimits, ShrunkPeriod
from lading.plan.since import ColumnChange, columns_changed
from lading.plan.tripping import Trip
from lading.service.datasets.drafting import UploadDraft
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.datasets import DatasetTarget
from lading.settings.syncs import Sync

#: Runs of a target that are looked at for the last one that can be compared with.
_LOOK_BACK: Final = 200
#: Ends of runs that went by what they had read; a cancelled one did not.
_WENT_ON: Final = (RunState.DONE, RunState.FAILED)


def counted(parts: Parts, name: str, made: UploadDraft, *, given: Path | None = None) -> dict[str, Any]:
    """The counts of a draft of sync `name`, with what is noticed about it, as the ledger keeps them.

    `given`: the file that was read instead of the sync's own. Its columns are not held against those of the last run.
    """
    target, own = parts.dataset(name), made.columns is not None and given is None
    counts = {
        **made.counts(),
        "strategy": target.update_strategy,
        "late": target.late if target.strategy is None and target.event_time else None,
        "event_time": target.event_time,
        "rows_before": _rows_before(parts, name, made),
        "settings": digest_of(target),
        "input": None if given is None else str(given.absolute()),
    }
    if own and (last := _last(parts, name)) is not None and made.columns is not None:
        changes = columns_changed((last.seen or {})["columns"], made.columns)
        counts["since"] = last.id
        counts["columns_changed"] = [[one.column, one.before, one.now] for one in changes]
    told = ("strategy", "late", "event_time", "settings", "left_out", "periods", "files", "bytes", "sent")
    seen = {"dataset": {**{key: counts[key] for key in told}, "periods": _span(counts["periods"])}}
    return {**counts, "seen": seen | ({"columns": made.columns} if own else {})}


def digest_of(target: DatasetTarget) -> str:
    """Changes with the settings of a dataset: a plan is carried out as it was shown, or not at all."""
    return sha256(target.model_dump_json().encode()).hexdigest()


def judged(sync: Sync, counts: Mapping[str, Any]) -> tuple[Trip, ...]:
    """The guards that trip over a plan with these counts."""
    guards = sync.guards
    facts = RowFacts(
        read=counts["read"], rejected=counts["rejected"], recorded=counts["recorded"], rows_before=counts["rows_before"],
        columns_changed=tuple(ColumnChange(*one) for one in counts.get("columns_changed", ())),
        shrunk=tuple(ShrunkPeriod(*one) for one in counts["shrunk"]),
    )  # fmt: skip
    limits = RowLimits(
        empty_source=guards.empty_source, max_shrink=guards.max_shrink, max_rejected=guards.max_rejected,
        min_records=guards.min_records, schema_changed=guards.schema_changed, incomplete_periods=guards.incomplete_periods,
    )  # fmt: skip
    return row_guards.judge(facts, limits)


def _rows_before(parts: Parts, name: str, made: UploadDraft) -> int | None:
    """Rows that would be replaced, where the whole dataset is."""
    if made.picked.how is not Picking.EVERYTHING:
        return None
    return sum(one.rows for one in parts.ledger.datasets.periods(target_of(name, parts.sync(name))).values())


def _span(starts: list[str]) -> dict[str, Any]:
    return {"touched": len(starts), "first": min(starts, default=None), "last": max(starts, default=None)}


def _last(parts: Parts, name: str) -> Run | None:
    runs = parts.ledger.runs.list(_LOOK_BACK, target=target_of(name, parts.sync(name)))
    return next((run for run in runs if run.state in _WENT_ON and "columns" in (run.seen or {})), None)
