"""The report of a run that fills a dataset, put together from the ledger and its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lading.ledger.dataset_rows import Dataset
from lading.ledger.rows import Batch, Run
from lading.model.states import BatchState
from lading.plan.periods import REASONS
from lading.report.parts import parts as parts_of
from lading.report.summary import BatchCounts, Report
from lading.report.upload import DatasetFacts, LeftOut, UploadFacts
from lading.service.parts import Parts
from lading.service.reasons import reasons_of


def report(parts: Parts, run: Run) -> Report:
    """What became of the run. Nothing is asked of Amazon: it said all of it when the upload ended."""
    known, batches = parts.ledger.datasets.get(run.target), parts.ledger.batches.of(run.id)
    seen = (run.seen or {}).get("dataset", {})
    return Report(
        run=run.id, sync=run.sync, state=str(run.state), mode=str(seen.get("late") or seen.get("strategy") or run.mode),
        exit_code=run.exit_code, books=run.books, rejections=reasons_of(parts, run, "rejections"),
        findings=reasons_of(parts, run, "findings"), refusals=_refusals(batches), batches=_counts(batches), parts=parts_of(batches),
        started_at=run.started_at or run.created_at, ended_at=run.ended_at, problem=run.problem_message,
        endpoint=_endpoint(parts, run, known), dataset=_facts(parts, run, known, batches, seen),
    )  # fmt: skip


def _facts(
    parts: Parts, run: Run, known: Dataset | None, batches: tuple[Batch, ...], seen: Mapping[str, Any]
) -> DatasetFacts:
    uploads = {one.batch: one for one in parts.ledger.uploads.of(run.id)}
    periods: Mapping[str, Any] = seen.get("periods") or {}
    return DatasetFacts(
        dataset_id=known.dataset_id if known else run.target.rpartition("/")[2],
        strategy=seen.get("strategy"), late=seen.get("late"),
        left_out=tuple(LeftOut(code, count, REASONS[code]) for code, count in (seen.get("left_out") or {}).items()),
        periods=periods.get("touched", 0), first_period=periods.get("first"), last_period=periods.get("last"),
        files=seen.get("files", 0), bytes=seen.get("bytes", 0), watermark=known.watermark if known else None,
        uploads=tuple(
            UploadFacts(
                upload_id=one.job_request_id, state=str(one.state), rows=one.records, address=uploads[one.no].address,
                cleaned=uploads[one.no].cleaned, message=one.problem,
            )
            for one in batches if one.no in uploads
        ),
    )  # fmt: skip


def _refusals(batches: tuple[Batch, ...]) -> dict[str, int]:
    return {one.problem or "no reason given": one.refused for one in batches if one.refused}


def _counts(batches: tuple[Batch, ...]) -> BatchCounts:
    ended = {BatchState.CONFIRMED: "confirmed", BatchState.REFUSED: "refused"}
    states = [ended.get(one.state, "pending") for one in batches]
    return BatchCounts(**{state: states.count(state) for state in set(states)})


def _endpoint(parts: Parts, run: Run, known: Dataset | None) -> str | None:
    connection = known.connection if known else run.target.partition(":")[2].partition("/")[0]
    return parts.endpoint(connection) if connection in parts.settings.connections else None
