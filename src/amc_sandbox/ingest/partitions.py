"""Partitions of a data set, and what each strategy does with them. [amc/advertiser-data-upload/advertiser-data-upload]"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from amc_sandbox.ingest.specs import DatasetSpec, Strategy

PARTITION: Final = "partition of the row"
#: The one partition of a DIMENSION.
WHOLE: Final = "all"
_EVERY: Final = {"PT1H": "1h", "P1D": "1d", "P1M": "1mo"}


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows of one upload that still count: a file, and how many of each partition."""

    file: str
    partitions: Mapping[str, int]
    #: Whether the file also has rows that no longer count, because their partition was replaced.
    cut: bool = False

    def without(self, gone: Sequence[str]) -> Segment:
        left = {name: rows for name, rows in self.partitions.items() if name not in gone}
        return replace(self, partitions=left, cut=self.cut or len(left) < len(self.partitions))


def start(dataset: DatasetSpec) -> pl.Expr:
    """Where a row's partition begins, as text in UTC: its event time, cut to the period."""
    time = next((one for one in dataset.columns if one.main_event_time), None)
    if time is None or dataset.period is None:
        return pl.lit(WHOLE).alias(PARTITION)
    moment = pl.col(time.name)
    moment = moment.cast(pl.Datetime("us")) if time.data_type == "DATE" else moment.dt.replace_time_zone(None)
    moment = moment.dt.truncate(_EVERY[dataset.period])
    return moment.dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias(PARTITION)


def merged(known: Sequence[Segment], new: Segment, strategy: Strategy) -> tuple[Segment, ...]:
    """The segments after an upload; those without a row that counts are gone."""
    held = {name for one in known for name in one.partitions}
    if strategy == "FULL_REPLACE":
        known = ()
    elif strategy == "OVERLAP_REPLACE":
        known = [one.without(list(new.partitions)) for one in known]
    elif strategy == "OVERLAP_KEEP":
        new = new.without(list(held))
    return tuple(one for one in (*known, new) if one.partitions)
