"""Events of a target, out of their files: the last one of each user decides, whatever came when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from lading.membership.database import open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.model.frames import MARKS


def latest(files: Sequence[Path], marks: Path | None, scratch: Path) -> Iterator[pl.DataFrame]:
    """The last event of each user (`frames.EVENTS`) that is newer than what was settled of him (`frames.MARKS`)."""
    if files:
        with open_database(scratch) as database:
            database.let(files=[str(file) for file in files])
            database.know("marks", MARKS, marks)
            yield from database.frames(statements("lading.membership", "events.sql")["latest"])


def settled(files: Sequence[Path], marks: Path | None, folder: Path, *, oldest: datetime) -> FileRef:
    """Write the marks as they are once the events of these files are settled. `oldest`: users who left before are forgotten."""
    with open_database(folder) as database:
        database.let(files=[str(file) for file in files], oldest=oldest)
        database.know("marks", MARKS, marks)
        frames = database.frames(statements("lading.membership", "events.sql")["settled"])
        return write_parquet(folder, "marks", frames, MARKS)
