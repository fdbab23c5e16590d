"""Members by the time that is left to them, out of a generation's index."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from lading.model.forecast import Expiring

#: Marks in the place of a fingerprint: no member, for all we know (see the index of `commit.sql`).
NO_MEMBER: Final = ("~", "!", "-")


def living(index: Path, now: datetime) -> int:
    """Members who were confirmed and have not expired."""
    return int(_living(index, now).select(pl.len()).collect().item())


def expiring(index: Path, now: datetime, days: int) -> tuple[Expiring, ...]:
    """Those of them who expire within so many days, by whole days."""
    left = (pl.col("expires_at") - now).dt.total_days().alias("day")
    soon = _living(index, now).filter(pl.col("expires_at") < now + timedelta(days=days))
    counted = soon.select(left).group_by("day").len().sort("day").collect()
    return tuple(Expiring(day, members) for day, members in counted.iter_rows())


def _living(index: Path, now: datetime) -> pl.LazyFrame:
    marked = pl.col("fingerprint").str.slice(0, 1).is_in(NO_MEMBER)
    return pl.scan_parquet(index).filter(
        ~marked, pl.col("expires_at").is_null() | (pl.col("expires_at") > now)
    )
