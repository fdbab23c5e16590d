"""What a source is: somewhere that rows lie, read as text, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from lading.model.frames import REJECTIONS


@dataclass(frozen=True, slots=True, repr=False)
class SourceFrame:
    """Some rows of a source, in clear. Shown as counts only, so that no log or traceback can hold them."""

    #: `row` (1-based, header not counted) and the source's columns, each as text.
    rows: pl.DataFrame
    #: `frames.REJECTIONS`: rows that could not be cut into cells; they count as read.
    bad_rows: pl.DataFrame
    #: Rows of the input in this frame, bad ones included.
    read: int

    #: `frames.DENIED`: people who are to leave, of a source that says so.
    leaving: pl.DataFrame | None = None

    def __repr__(self) -> str:
        return f"SourceFrame(rows={self.rows.height}, bad_rows={self.bad_rows.height}, read={self.read}, values=***)"


class Source(Protocol):
    """Rows of text with named columns. Read twice, it gives the same rows in the same order unless `version` differs."""

    def version(self) -> str:
        """Changes when the data changes; made of names, sizes and times, never of values."""

    def columns(self) -> tuple[str, ...]:
        """The names of the columns, as written."""

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows, at most `batch_rows` good ones a frame."""


def no_bad_rows() -> pl.DataFrame:
    """An empty frame of rejections."""
    return pl.DataFrame(schema=REJECTIONS)
