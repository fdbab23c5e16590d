"""What became of each change of a batch, on disk before the ledger says that the batch is final."""

from __future__ import annotations

import polars as pl

from lading.deliver.delivery import Delivery
from lading.deliver.follow import Ending, Judgement
from lading.ledger.rows import Batch, BatchOutcome
from lading.membership.files import write_parquet
from lading.model.frames import OUTCOMES, conform
from lading.model.states import BatchState


def finish(delivery: Delivery, batch: Batch, judged: Judgement) -> None:
    """Write the outcome of every change of `batch`, then commit the batch's end."""
    outcomes = _outcomes(delivery.read(batch.first, batch.last), batch, judged)
    refused = int((outcomes["outcome"] == "refused").sum())
    file = write_parquet(delivery.outcomes, f"outcomes-{batch.no}-{batch.attempt}", outcomes, OUTCOMES)
    outcome = BatchOutcome(
        state=BatchState.REFUSED if refused == batch.records else BatchState.CONFIRMED,
        confirmed=batch.records - refused,
        refused=refused,
        file=file,
        problem=judged.warning or judged.reason or None,
    )
    delivery.ledger.batches.finish(delivery.claim, batch, outcome)


def _outcomes(changes: pl.DataFrame, batch: Batch, judged: Judgement) -> pl.DataFrame:
    named = pl.DataFrame(
        {"external_id": list(judged.refused), "reason": list(judged.refused.values())},
        schema={"external_id": pl.String, "reason": pl.String},
    )
    joined = changes.select("no", "external_id").join(
        named, on="external_id", how="left", maintain_order="left"
    )
    refused = pl.lit(judged.ending is Ending.REFUSE) | pl.col("reason").is_not_null()
    reason = pl.coalesce("reason", pl.when(refused).then(pl.lit(judged.reason)))
    return conform(
        joined.with_columns(
            outcome=pl.when(refused).then(pl.lit("refused")).otherwise(pl.lit("confirmed")),
            reason=reason,
            job=pl.lit(batch.job_request_id, dtype=pl.String),
        ),
        OUTCOMES,
    )
