"""What a confirmed upload leaves behind: how far the dataset is filled, with what, and by which keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import polars as pl

from lading.ledger.dataset_rows import Dataset, NewEdition, Period
from lading.ledger.rows import Run
from lading.membership.files import FileLike, verify
from lading.membership.rows import remember
from lading.plan.periods import WHOLE, Outcome
from lading.service.datasets.picking import keys_folder
from lading.service.parts import Parts
from lading.service.work import planned_folder

#: Amazon's strategies that leave rows of the touched periods where they are.
_ADDS: Final = "ADDITIVE"
_WHOLE: Final = "FULL_REPLACE"


def edition_of(parts: Parts, run: Run, known: Dataset, strategy: str, *, cleaned: bool = False) -> NewEdition:
    """What is known of a dataset once the upload of `run` is confirmed. Computed again after a crash, it says the same."""
    folder = planned_folder(parts, run)
    lines = pl.read_parquet(verify(folder, run.files["periods"])).filter(outcome=str(Outcome.SEND))
    sent = {
        start: Period(rows, digest)
        for start, rows, digest in lines.select("start", "rows", "digest").iter_rows()
    }
    return NewEdition(
        periods=sent, latest=_latest(parts, run, sent), whole=strategy == _WHOLE, adds=strategy == _ADDS,
        keys=_keys(parts, run, known), cleaned=cleaned,
    )  # fmt: skip


def _latest(parts: Parts, run: Run, sent: dict[str, Period]) -> datetime | None:
    """When the latest event of it happened, but never after now: one mistaken date would make all others late."""
    starts = [start for start in sent if start != WHOLE]
    event_time = (run.seen or {}).get("dataset", {}).get("event_time")
    if not starts or event_time is None:
        return None
    rows = verify(planned_folder(parts, run), run.files["rows"])
    now = parts.clock.now()
    moments = pl.col(event_time).cast(pl.Datetime("us"))
    found = (
        pl.scan_parquet(rows)
        .filter(pl.col("__partition") <= datetime.fromisoformat(max(starts)))
        .select(moments.filter(moments <= now.replace(tzinfo=None)).max())
        .collect(engine="streaming")
        .item()
    )
    return None if found is None else found.replace(tzinfo=UTC)


def _keys(parts: Parts, run: Run, known: Dataset) -> dict[str, FileLike] | None:
    if "keys" not in run.files:
        return None
    source = verify(planned_folder(parts, run), run.files["keys"])
    files = remember(keys_folder(parts, known), tuple(known.keys.values()), source)
    return {str(number): file for number, file in enumerate(files)}
