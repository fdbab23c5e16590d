"""Some records of a plan, letter for letter as they would be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import polars as pl

from lading.destinations import payload
from lading.model.frames import CHANGES
from lading.plan.diff import GROUPS


@dataclass(frozen=True, slots=True)
class Sample:
    """One record: why it is sent, and its JSON."""

    change: str
    record: str

    def as_dict(self) -> dict[str, Any]:
        """By name; the record as the object that it is."""
        return {"change": self.change, "record": json.loads(self.record)}


def sampled(changes: Path, count: int) -> tuple[Sample, ...]:
    """At most `count` records of a plan, of each kind of change in turn."""
    if not count:
        return ()
    known = pl.scan_parquet(changes).select(list(CHANGES))
    kinds = [known.filter(pl.col("change") == kind).head(count).collect() for kind in GROUPS]
    turns = chain.from_iterable(zip_longest(*(_samples(kind) for kind in kinds)))
    return tuple(one for one in turns if one is not None)[:count]


def _samples(changes: pl.DataFrame) -> tuple[Sample, ...]:
    return tuple(map(Sample, changes["change"], payload.lines(changes)))
