"""The outcomes of a run's batches, and the changes that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from lading.errors import BooksUnbalanced
from lading.membership.database import Database, statements
from lading.membership.files import Named, verify
from lading.model.frames import OUTCOMES, Schema

_MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Settled:
    """One batch that is final: the file of its outcomes (`frames.OUTCOMES`), and when Amazon said so."""

    batch: int
    folder: Path
    file: Named
    at: datetime


def know_outcomes(
    database: Database, changes: Path, settled: Sequence[Settled], ttl: timedelta | None = None
) -> None:
    """Make `answered` out of a run's changes and all that is settled of it. Each change is settled at most once."""
    sql = statements("lading.membership", "commit.sql")
    database.let(changes=str(changes))
    if settled:
        paths = [str(verify(one.folder, one.file)) for one in settled]
        database.let(outcomes=paths)
        database.load("settled", _table(settled, paths, ttl))
        database.run(sql["outcomes"])
    else:
        further: Schema = {"batch": pl.UInt32, "at": _MOMENT, "expires_at": _MOMENT}
        database.load("outcomes", pl.DataFrame(schema={**OUTCOMES, **further}))
    database.run(sql["answered"])
    if database.number(sql["balance"]):
        raise BooksUnbalanced(
            "a change has several outcomes, or an outcome has no change", where=str(changes)
        )


def _table(settled: Sequence[Settled], paths: Sequence[str], ttl: timedelta | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "filename": paths,
            "batch": [one.batch for one in settled],
            "at": [one.at for one in settled],
            "expires_at": [one.at + ttl if ttl is not None else None for one in settled],
        },
        schema={"filename": pl.String, "batch": pl.UInt32, "at": _MOMENT, "expires_at": _MOMENT},
    )
