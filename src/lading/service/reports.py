"""The report of a run, put together from the ledger, its files and Amazon's own counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import polars as pl

from lading import amazon
from lading.errors import LadingError
from lading.ledger.rows import Audience, Batch, Run
from lading.membership.expiry import expiring
from lading.model.forecast import DAYS, Forecast, forecast
from lading.model.states import BatchState
from lading.plan.diff import COUNTED
from lading.plan.explain import warning
from lading.report.parts import parts as parts_of
from lading.report.rejections import Reason
from lading.report.summary import AudienceSize, BatchCounts, Report
from lading.service.datasets.reports import report as report_of_dataset
from lading.service.drafting import committed
from lading.service.parts import Parts
from lading.service.reasons import reasons_of
from lading.service.warning import kept
from lading.service.work import is_dataset, planned_folder

_ENDED: Final = {BatchState.CONFIRMED: "confirmed", BatchState.REFUSED: "refused"}


def report(parts: Parts, run_id: str, *, ask_amazon: bool = True) -> Report:
    """What became of a run. Amazon's counts are left out where it cannot be asked: a report needs no network."""
    run = parts.ledger.runs.get(run_id)
    if is_dataset(run.target):
        return report_of_dataset(parts, run)
    audience = parts.ledger.audiences.get(run.target)
    last = parts.ledger.audiences.generation(run.target)
    batches = parts.ledger.batches.of(run.id)
    made = Report(
        run=run.id, sync=run.sync, state=str(run.state), mode=run.manner, exit_code=run.exit_code, books=run.books,
        rejections=reasons_of(parts, run, "rejections"), findings=reasons_of(parts, run, "findings"),
        warnings=_warnings(parts, run),
        refusals=_refusals(parts, run), audience_id=audience.audience_id if audience else None,
        audience_name=audience.name if audience else None, members=last.members if last else None,
        batches=_counts(batches), parts=parts_of(one for one in batches if one.state is not BatchState.SPLIT), started_at=run.started_at or run.created_at, ended_at=run.ended_at,
        problem=run.problem_message, changes=_changes(parts, run), expiry=_expiry(parts, run, audience),
    )  # fmt: skip
    if audience is None or audience.connection not in parts.settings.connections:
        return made
    size = _size(parts, audience) if ask_amazon else AudienceSize()
    return replace(made, endpoint=parts.endpoint(audience.connection), size=size)


def _warnings(parts: Parts, run: Run) -> tuple[Reason, ...]:
    """What the plan warned of. Examples would be people, and those are not shown."""
    if "warnings" not in run.files:
        return ()
    path = planned_folder(parts, run) / run.files["warnings"].name
    found = kept(path) if path.exists() else {}
    country = (run.seen or {}).get("identity", {}).get("to.audience.country")
    return tuple(Reason(code, count, warning(code, country), ()) for code, count in found.items())


def _changes(parts: Parts, run: Run) -> dict[str, int]:
    """Records by kind of change, out of the waybill."""
    if (path := _waybill(parts, run)) is None:
        return {}
    kinds = pl.scan_parquet(path).group_by("change").len().sort("change").collect()
    return dict(kinds.iter_rows())


def _expiry(parts: Parts, run: Run, audience: Audience | None) -> Forecast | None:
    """Of the generation that the run found or made, as of now; None where a later run has made another, or a file is gone."""
    last, now = committed(parts, run.target), parts.clock.now()
    if audience is None or last is None or not run.over or not (last.folder / last.index.name).exists():
        return None
    if parts.ledger.runs.list(1, target=run.target)[0].id != run.id:
        return None
    ttl = timedelta(seconds=audience.ttl_seconds or 0)
    return forecast(expiring(last, now, DAYS), now=now, ttl=ttl, knows_source=False)


def _waybill(parts: Parts, run: Run) -> Path | None:
    if "waybill" not in run.files:
        return None
    path = parts.home.run(run.id) / run.files["waybill"].name
    return path if path.exists() else None


def _refusals(parts: Parts, run: Run) -> dict[str, int]:
    """Refused people by Amazon's reason, the most frequent first: those whom the books count, out of the waybill."""
    if (path := _waybill(parts, run)) is None:
        return {}
    refused = pl.scan_parquet(path).filter(pl.col("outcome") == "refused", pl.col("change").is_in(COUNTED))
    reasons_of = refused.select("reason").collect().to_series().fill_null("no reason given")
    return dict(Counter(dict(reasons_of.value_counts().iter_rows())).most_common())


def _counts(batches: tuple[Batch, ...]) -> BatchCounts:
    counts = Counter(
        _ENDED.get(batch.state, "pending") for batch in batches if batch.state is not BatchState.SPLIT
    )
    return BatchCounts(**counts)


def _size(parts: Parts, audience: Audience) -> AudienceSize:
    """Amazon's counts, or none: it counts in its own time, and a report is readable without it."""
    if audience.audience_id is None:
        return AudienceSize()
    try:
        size = parts.amazon(audience.connection).audiences.get(audience.audience_id).size
    except (amazon.AmazonError, LadingError):
        return AudienceSize()
    return (
        AudienceSize(received=size.received, matched=size.resolved, dsp=size.dsp) if size else AudienceSize()
    )
