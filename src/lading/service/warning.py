"""What a plan warns of: people who are sent and will match less than they could. Kept with the run, so that its report knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lading.membership.files import FileRef, write_parquet
from lading.membership.merge import Merged
from lading.model.countries import MATCHED
from lading.model.frames import WARNINGS
from lading.model.states import Mode
from lading.service.reading import Reading


@dataclass(frozen=True, slots=True)
class Warned:
    """How many by code (see `plan.explain.WARNINGS`), the most first; and the file that keeps it."""

    counts: Mapping[str, int]
    file: FileRef


def warn(reading: Reading, merged: Merged, folder: Path, mode: Mode) -> Warned:
    """Look at the people in `folder` before they are sent. Whoever is only taken out need not be found."""
    found = {} if mode is Mode.REMOVE else _found(reading, merged, folder)
    counts = {code: count for code, count in sorted(found.items(), key=lambda item: -item[1]) if count}
    frame = pl.DataFrame({"code": list(counts), "count": list(counts.values())}, schema=WARNINGS)
    return Warned(counts, write_parquet(folder, "warnings", frame, WARNINGS))


def _found(reading: Reading, merged: Merged, folder: Path) -> dict[str, int]:
    records = pl.scan_parquet(folder / merged.records.name).select("country")
    lands = dict(records.group_by("country").len().collect(engine="streaming").iter_rows())
    return {
        "no_country": lands.pop(None, 0),
        "country_not_matched": sum(count for land, count in lands.items() if land not in MATCHED),
        "country_assumed" if reading.assumed_country else "country_defaulted": reading.country_defaulted,
        "too_many_sets": merged.too_many_sets,
    }


def kept(path: Path) -> dict[str, int]:
    """The counts that a run has kept."""
    return dict(pl.read_parquet(path).select("code", "count").iter_rows())
