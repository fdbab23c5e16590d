"""The waybill of a run: what became of every record that had to be sent."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.database import open_database, statements
from lading.membership.files import FileRef, write_parquet
from lading.membership.outcomes import Settled, know_outcomes
from lading.model.frames import WAYBILL
from lading.plan.diff import COUNTED

PENDING: Final = "pending"


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that is not final: the changes `first` to `last`, both included."""

    batch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many changes met which outcome."""

    counts: Mapping[tuple[str, str], int]

    def of(self, outcome: str) -> int:
        """People, as the books count them: what is only a means (`drop`, `share`) is left out."""
        return sum(self.counts.get((change, outcome), 0) for change in COUNTED)

    @property
    def confirmed(self) -> int:
        """People whose change Amazon confirmed."""
        return self.of("confirmed")

    @property
    def refused(self) -> int:
        """People whose change Amazon refused."""
        return self.of("refused")

    @property
    def pending(self) -> int:
        """People of whom Amazon has not said the last word."""
        return self.of(PENDING)


@dataclass(frozen=True, slots=True)
class Waybill:
    """The file (`frames.WAYBILL`, in the order of sending), and its sums."""

    file: FileRef
    tally: Tally


def write(
    changes: Path,
    settled: Sequence[Settled],
    *,
    key: bytes,
    folder: Path,
    open_batches: Sequence[OpenBatch] = (),
) -> Waybill:
    """Write the waybill of a run into `folder`. `key`: the home's own, so that a line names nobody without it."""
    counts: Counter[tuple[str, str]] = Counter()
    with open_database(folder) as database:
        know_outcomes(database, changes, settled)
        frames = database.frames(statements("lading.membership", "commit.sql")["waybill"])
        file = write_parquet(folder, "waybill", _lines(frames, key, open_batches, counts), WAYBILL)
    return Waybill(file, Tally(dict(counts)))


def ref(key: bytes, external_id: str) -> str:
    """What a waybill calls a person: HMAC-SHA256 of the external id, in hex."""
    return hmac.digest(key, external_id.encode(), "sha256").hex()


def _lines(
    frames: Iterable[pl.DataFrame],
    key: bytes,
    open_batches: Sequence[OpenBatch],
    counts: Counter[tuple[str, str]],
) -> Iterator[pl.DataFrame]:
    schema = {"waits_in": pl.UInt32, "first": pl.UInt64, "last": pl.UInt64}
    waiting = pl.DataFrame(
        [(one.batch, one.first, one.last) for one in open_batches], schema=schema, orient="row"
    )
    for frame in frames:
        for change, outcome, count in frame.group_by("change", "outcome").len().iter_rows():
            counts[change, outcome] += count
        placed = frame.sort("no").join_asof(waiting.sort("first"), left_on="no", right_on="first")
        unanswered = (pl.col("outcome") == PENDING) & (pl.col("no") <= pl.col("last"))
        yield placed.with_columns(
            pl.when(unanswered).then("waits_in").otherwise("batch").alias("batch"),
            _refs(frame["external_id"], key),
        )


def _refs(external_ids: pl.Series, key: bytes) -> pl.Series:
    """A loop, since no columnar HMAC takes any key: polars-hash hashes text, and an HMAC's inner digest is bytes.

    It costs 1 µs each: 100 s for 100 M people, whom Amazon takes seven hours to accept.
    """
    digest = hmac.digest
    return pl.Series(
        "ref", [digest(key, one.encode(), "sha256").hex() for one in external_ids], dtype=pl.String
    )
