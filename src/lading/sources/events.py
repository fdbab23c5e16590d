"""A source of events that came in: users who entered are its rows, hashed already; those who left are named beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from lading.model.frames import DENIED, EVENTS, ROW
from lading.model.identifiers import CONSENT, IDENTIFIERS
from lading.sources.source import SourceFrame, no_bad_rows

#: The consent signals as columns of a source are usually called, so that no mapping is needed.
COLUMNS: Final = ("external_id", "country", *CONSENT, *IDENTIFIERS)


class EventSource:
    """The last event of each user. `number`: up to which event file they were looked through."""

    def __init__(self, number: int, latest: Callable[[], Iterator[pl.DataFrame]]) -> None:
        self._number = number
        self._latest = latest

    def version(self) -> str:
        """The number of the last file; `until` reads it again."""
        return f"events-{self._number}"

    def columns(self) -> tuple[str, ...]:
        """Always the same."""
        return COLUMNS

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """Users who entered, a row for each of their identifier sets, and with each frame those who left."""
        first = 1
        for events in self._latest():
            for part in events.iter_slices(batch_rows):
                rows = _rows(part.filter("entered"), first)
                first += rows.height
                left = part.filter(~pl.col("entered")).select(list(DENIED))
                yield SourceFrame(rows, no_bad_rows(), rows.height, left)


def until(version: str | None) -> int:
    """Up to which event file a run looked that read this version; 0 for none."""
    kind, _, number = (version or "").partition("-")
    return int(number) if kind == "events" and number.isdigit() else 0


def _rows(entered: pl.DataFrame, first: int) -> pl.DataFrame:
    flat = entered.cast({"sets": EVENTS["sets"]}).explode("sets").unnest("sets").select(COLUMNS)
    return flat.insert_column(
        0, pl.int_range(first, first + flat.height, dtype=pl.UInt64, eager=True).alias(ROW)
    )
