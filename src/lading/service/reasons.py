"""Why rows were turned away or changed, out of a run's files."""

from __future__ import annotations

import polars as pl

from lading.ledger.rows import Run
from lading.report.rejections import Reason, reasons
from lading.service.parts import Parts
from lading.service.work import planned_folder


def reasons_of(parts: Parts, run: Run, part: str) -> tuple[Reason, ...]:
    """The reasons in a run's `rejections` or `findings`; none where the file is gone."""
    if part not in run.files:
        return ()
    path = planned_folder(parts, run) / run.files[part].name
    return reasons(pl.scan_parquet(path)) if path.exists() else ()
