"""One committed state of an audience's membership: who is in it, and what was sent for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from lading.errors import Bug
from lading.membership.database import Database, statements
from lading.membership.files import FileLike, verify
from lading.model.frames import SEGMENT

_SEGMENT: re.Pattern[str] = re.compile(r"segment-(\d+)-[0-9a-f]+\.parquet")


@dataclass(frozen=True, slots=True)
class Generation:
    """The files of a generation, as a committed row of the ledger names them."""

    #: The folder of the target; names of files are relative to it.
    folder: Path
    #: 1 is the first; an audience without any has none.
    number: int
    index: FileLike
    #: Oldest first. An index entry names the one that holds its identifiers.
    segments: tuple[FileLike, ...]
    members: int
    #: By how much its members stay longer than its index says, since the audience's ttl was changed.
    shift: timedelta = timedelta(0)

    def know_index(self, database: Database) -> None:
        """Give a database's statements the index, and what its ends of membership have to be moved by."""
        database.let(index=str(self.index_path()), shift=self.shift)

    def index_path(self) -> Path:
        """The index, verified."""
        return verify(self.folder, self.index)

    def know_sent(self, database: Database, segments: Sequence[FileLike] | None = None) -> None:
        """Let a database see what was sent, in these segments or all: the view `sent`, with the segment's number."""
        files = self.segments if segments is None else segments
        if not files:  # it has nobody
            database.load("nothing", pl.DataFrame(schema={"segment": pl.UInt32, **SEGMENT}))
            database.run("create or replace temp view sent as from nothing")
            return
        paths = [str(verify(self.folder, file)) for file in files]
        numbers = {"filename": paths, "segment": [segment_number(file) for file in files]}
        database.load(
            "segment_numbers", pl.DataFrame(numbers, schema={"filename": pl.String, "segment": pl.UInt32})
        )
        database.let(segments=paths)
        database.run(statements("lading.plan", "diff.sql")["sent"])


def segment_number(file: FileLike) -> int:
    """The number by which an index names a segment: it is part of the file's name."""
    found = _SEGMENT.fullmatch(file.name)
    if not found:
        raise Bug(f"this is no segment's name: {file.name}")
    return int(found[1])
