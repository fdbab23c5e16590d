"""Members by the time that is left to them, out of a generation's index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from lading.membership.generation import Generation
from lading.model.forecast import Expiring

#: Marks in the place of a fingerprint: no member, for all we know (see the index of `commit.sql`).
NO_MEMBER: Final = ("~", "!", "-")


def living(generation: Generation, now: datetime) -> int:
    """Members who were confirmed and have not expired."""
    return int(_living(generation, now).select(pl.len()).collect().item())


def expiring(generation: Generation, now: datetime, days: int) -> tuple[Expiring, ...]:
    """Those of them who expire within so many days, by whole days."""
    left = (pl.col("expires_at") - now).dt.total_days().alias("day")
    soon = _living(generation, now).filter(pl.col("expires_at") < now + timedelta(days=days))
    counted = soon.select(left).group_by("day").len().sort("day").collect()
    return tuple(Expiring(day, members) for day, members in counted.iter_rows())


def _living(generation: Generation, now: datetime) -> pl.LazyFrame:
    marked = pl.col("fingerprint").str.slice(0, 1).is_in(NO_MEMBER)
    members = pl.scan_parquet(generation.index_path()).with_columns(pl.col("expires_at") + generation.shift)
    return members.filter(~marked, pl.col("expires_at").is_null() | (pl.col("expires_at") > now))
