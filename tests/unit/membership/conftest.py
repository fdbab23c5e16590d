"""Small people, members and outcomes as the files that membership reads, and an oracle's way to read them back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest

from lading.membership.files import FileRef, write_parquet
from lading.membership.outcomes import Settled
from lading.model.frames import DENIED, OUTCOMES, RECORDS, SETS
from lading.model.identifiers import IDENTIFIERS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(frame: pl.DataFrame) -> pl.Series:
    """Stands in for prepare's: another text for other sets, country or consent."""
    texts = frame.select(
        pl.struct(pl.exclude("external_id")).map_elements(repr, return_dtype=pl.String)
    ).to_series()
    return pl.Series([digest(text)[:32] for text in texts], dtype=pl.String)


@dataclass(frozen=True)
class Person:
    """What a test says of somebody: sets are mappings of identifier to clear text, hashed here."""

    external_id: str
    sets: tuple[Mapping[str, str], ...]
    country: str | None = "US"
    fingerprint: str = ""


def hashed(one: Mapping[str, str]) -> dict[str, str | None]:
    return {name: digest(one[name]) if name in one else None for name in IDENTIFIERS}


class Kit:
    """Builders and readers of files in one folder."""

    now = NOW
    fingerprint = staticmethod(fingerprint)
    hashed = staticmethod(hashed)
    Person = Person

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sets(self, rows: Sequence[Mapping[str, Any]], stem: str = "sets") -> Path:
        """SETS lines; each names row, set_no, external_id and what else it has."""
        lines = []
        for row in rows:
            hashes = hashed(row.get("set", {}))
            rest = {key: value for key, value in row.items() if key != "set"}
            lines.append({**rest, **hashes})
        return self.folder / write_parquet(self.folder, stem, pl.DataFrame(lines, schema=SETS), SETS).name

    def records(self, people: Sequence[Person]) -> Path:
        """A RECORDS file; a person without a fingerprint gets the right one."""
        rows = [
            {
                "external_id": one.external_id,
                "country": one.country,
                "sets": [hashed(each) for each in one.sets],
                "fingerprint": one.fingerprint or None,
            }
            for one in sorted(people, key=lambda one: one.external_id)
        ]
        frame = pl.DataFrame(rows, schema=RECORDS)
        right = fingerprint(frame.drop("fingerprint"))
        frame = frame.with_columns(pl.col("fingerprint").fill_null(right))
        return self.folder / write_parquet(self.folder, "records", frame, RECORDS).name

    def denied(self, *external_ids: str) -> Path:
        """A DENIED file."""
        frame = pl.DataFrame({"external_id": list(external_ids)}, schema=DENIED)
        return self.folder / write_parquet(self.folder, "denied", frame, DENIED).name

    def outcomes(self, outcomes: Mapping[int, str], *, batch: int = 0, at: datetime = NOW) -> Settled:
        """One batch's outcomes by number of the change."""
        rows = [
            {
                "no": no,
                "outcome": outcome,
                "reason": "no match" if outcome == "refused" else None,
                "job": f"job-{batch}",
            }
            for no, outcome in outcomes.items()
        ]
        frame = pl.DataFrame(rows, schema=OUTCOMES)
        return Settled(batch, self.folder, write_parquet(self.folder, "outcomes", frame, OUTCOMES), at)

    def all_confirmed(self, changes: FileRef, *, at: datetime = NOW) -> list[Settled]:
        return [self.outcomes(dict.fromkeys(range(changes.rows), "confirmed"), at=at)] if changes.rows else []

    def read(self, file: FileRef) -> pl.DataFrame:
        return pl.read_parquet(self.folder / file.name)

    def days(self, count: float) -> timedelta:
        return timedelta(days=count)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.fixture(scope="session")
def fresh_kit() -> Iterator[Any]:
    """Makes a kit with a folder of its own for each example of a property."""
    folders: list[TemporaryDirectory[str]] = []

    def make() -> Kit:
        folders.append(TemporaryDirectory())
        return Kit(Path(folders[-1].name))

    yield make
    for folder in folders:
        folder.cleanup()
