"""The members of a generation as records, as each was sent last."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lading.membership.database import open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.membership.generation import Generation
from lading.model.frames import RECORDS


def records_of_members(generation: Generation, folder: Path, now: datetime) -> FileRef:
    """Write `records` into `folder`: everybody who was confirmed and has not expired."""
    sql = statements("lading.plan", "diff.sql")
    with open_database(folder) as database:
        database.let(moment=now)
        generation.know_index(database)
        database.run(sql["members"])
        generation.know_sent(database)
        return write_parquet(folder, "records", database.frames(sql["members_as_records"]), RECORDS)
