"""The people of an earlier generation, so that an audience can be led back to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from lading.errors import BooksUnbalanced
from lading.membership.database import Database, open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.membership.generation import Generation
from lading.model.frames import DENIED, RECORDS

#: A RECORDS frame with `profile`, without its fingerprint -> the fingerprints.
Fingerprint = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, slots=True)
class Restored:
    """The members of a generation as the people of a run (`frames.RECORDS`), and what most of them were hashed by."""

    records: FileRef
    #: None where there is nobody.
    profile: str | None


def restore(
    generation: Generation | None,
    folder: Path,
    *,
    now: datetime,
    fingerprint: Fingerprint,
    denied: Sequence[Path] = (),
) -> Restored:
    """Write the members of `generation` (None: the audience had none) into `folder`, with the sets they were sent with.

    Whose time is over by `now` is left out: he is no member by the passing of time, not by a run. So is whom
    `denied` (files of `frames.DENIED`) names: who has said no since is not brought back.
    """
    if generation is None:
        return Restored(write_parquet(folder, "records", pl.DataFrame(schema=RECORDS), RECORDS), None)
    sql = statements("lading.membership", "restore.sql")
    with open_database(folder) as database:
        database.let(moment=now)
        generation.know_index(database)
        database.know("denied", DENIED, *denied)
        database.run(sql["entries"])
        generation.know_sent(database)
        people = (_known(frame, fingerprint) for frame in database.frames(sql["records"]))
        file = write_parquet(folder, "records", people, RECORDS)
        _check(database, file)
        profile = next((frame.item() for frame in database.frames(sql["profile"])), None)
    return Restored(file, profile)


def _known(frame: pl.DataFrame, fingerprint: Fingerprint) -> pl.DataFrame:
    """The records, each with a fingerprint: the mark of somebody in doubt holds none."""
    lost = pl.col("fingerprint") == ""
    return frame.with_columns(
        pl.when(lost).then(fingerprint(frame)).otherwise("fingerprint").alias("fingerprint")
    )


def _check(database: Database, file: FileRef) -> None:
    members = database.number(statements("lading.membership", "restore.sql")["members"])
    if members != file.rows:
        raise BooksUnbalanced(
            f"{members:,} people were members, but what they were sent with is known of {file.rows:,}",
            code="segment_incomplete",
        )
