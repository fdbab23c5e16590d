"""A file becomes typed rows, rejections and findings on disk, or nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.service import preparing
from lading.service.datasets.reading import DatasetReading, read_rows
from lading.service.datasets.recipes import recipe_of
from lading.service.progress import Silence
from lading.sources.files import FileSource

HEADER = "order_id,purchased_at,amount,email,country,ad_consent"
ROWS = [
    "O-1,2024-05-01T10:00:00Z,12.5,ann@mail.example,US,",
    "O-2,2024-05-01T23:30:00-02:00,3,bob@mail.example,GB,GRANTED",
    "O-3,2024-05-01 10:00:00,3,cat@mail.example,US,",
    "O-4,2024-04-30T00:00:00Z,1.234,dan@mail.example,US,",
    "O-5,2024-04-30T23:59:59Z,1,eve@mail.example,DE,DENIED",
    "O-6,2024-04-30T08:00:00Z,1,n/a,US,",
    "O-7,too,few",
]


def reading(sync: Any, folder: Path, header: str = HEADER, rows: list[str] = ROWS) -> DatasetReading:
    (folder / "p.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    source = FileSource(folder, "p.csv")
    return read_rows(source, recipe_of(sync, sync.to.dataset, source.columns()), folder / "run", Silence())


@pytest.mark.parametrize("frame_rows", [2, 100_000])
def test_the_books_of_a_reading(
    make_sync: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame_rows: int
) -> None:
    monkeypatch.setattr(preparing, "FRAME_ROWS", frame_rows)
    read = reading(make_sync(), tmp_path)
    assert (read.read, read.recorded, read.rejected) == (7, 3, 4)
    assert read.rejections == {
        "consent_denied": 1,
        "timestamp_no_zone": 1,
        "too_many_places": 1,
        "wrong_number_of_cells": 1,
    }
    assert read.findings == {"placeholder": 1}
    assert read.partitions == {
        "2024-04-30T00:00:00Z": 1,
        "2024-05-01T00:00:00Z": 1,
        "2024-05-02T00:00:00Z": 1,
    }
    assert (read.earliest, read.latest) == (
        datetime(2024, 4, 30, 8, tzinfo=UTC), datetime(2024, 5, 2, 1, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (read.allowed, read.without_country) == ({}, 0)
    rows = pl.read_parquet(tmp_path / "run" / read.files["rows"].name)
    assert rows["__row"].to_list() == [1, 2, 6]
    turned = pl.read_parquet(tmp_path / "run" / read.files["rejections"].name)
    assert sorted(turned["row"]) == [3, 4, 5, 7]


def test_a_table_has_no_partitions(make_sync: Any, tmp_path: Path) -> None:
    read = reading(make_sync({"sku": {"type": "STRING"}}), tmp_path, "sku", ["a", "b"])
    assert (read.recorded, read.partitions, read.earliest, read.latest) == (2, {}, None, None)


def test_a_raw_identifier_stops_everything_and_nothing_is_kept(
    make_sync: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "FRAME_ROWS", 2)
    rows = [
        f"{row},{note}"
        for row, note in zip(ROWS[:4], ["", "gift", "for +1 415 555 2671", "zoe@mail.example"], strict=True)
    ]
    with pytest.raises(SettingsError) as stopped:
        reading(make_sync(), tmp_path, HEADER + ",remarks", rows)
    assert stopped.value.problem_code == "raw_identifier"
    told = str(stopped.value)
    assert told.startswith("row 3, column remarks: a phone number in clear, +***.")
    assert all(way in told for way in ("drop: [remarks]", "hash: true", "allow: {remarks: the reason}"))
    assert "555" not in told
    assert list((tmp_path / "run").iterdir()) == []


def test_all_columns_with_raw_identifiers_are_named_at_once(make_sync: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"So have Mobile\.") as stopped:
        reading(
            make_sync(), tmp_path, f"{HEADER},remarks,Mobile", [f"{ROWS[0]},see zoe@mail.example,4155552671"]
        )
    assert [problem.where for problem in stopped.value.problems] == [
        "row 1, column remarks",
        "row 1, column Mobile",
    ]


def test_what_is_allowed_is_sent_and_told_and_what_is_hashed_or_dropped_is_not_looked_at(
    make_sync: Any, tmp_path: Path
) -> None:

    columns = make_sync.__globals__["COLUMNS"] | {
        "remarks": {"type": "STRING"},
        "key": {"hash": True, "source": "login"},
    }
    sync = make_sync(columns, allow={"remarks": "public reviews"}, drop=["phone"])
    read = reading(
        sync,
        tmp_path,
        HEADER + ",remarks,login,phone",
        [f"{ROWS[0]},ask zoe@mail.example,amy@mail.example,4155552671"],
    )
    assert read.allowed == {"remarks": "public reviews"}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir())
    row = pl.read_parquet(tmp_path / "run" / read.files["rows"].name).row(0, named=True)
    assert row["remarks"] == "ask zoe@mail.example"
    assert len(row["key"]) == 64
    assert b"amy@" not in kept
    assert b"415555" not in kept


def test_nothing_clear_is_left_on_disk(make_sync: Any, tmp_path: Path) -> None:
    read = reading(make_sync(), tmp_path)
    shown = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir())
    tables = "".join(
        str(pl.read_parquet(tmp_path / "run" / file.name).rows()) for file in read.files.values()
    )
    for name in ("ann", "bob", "cat", "dan", "eve"):
        assert f"{name}@".encode() not in shown
        assert f"{name}@" not in tables
