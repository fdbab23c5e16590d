"""Upload files: what is read back is what was written, whatever the format; cut by size; the same bytes for the same rows."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.destinations.upload_text import csv_header, csv_lines, json_lines
from lading.service.datasets.upload_files import frames_of, write_upload_files
from lading.settings.dataset_files import CsvFormat
from lading.settings.datasets import DatasetTarget

TYPES: dict[str, Any] = {
    "text": pl.String, "amount": pl.Decimal(38, 2), "count": pl.Int32, "points": pl.Int64,
    "at": pl.Datetime("us", "UTC"), "day": pl.Date,
}  # fmt: skip
KINDS = ("STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE")
ODD = ['a,"b"\n', "tab\tpipe|", " blank ", "back\\slash\\", "# no comment", "é🦊", "\r\n", '"', "'"]


def rows(count: int) -> pl.DataFrame:
    numbers = range(count)
    return pl.DataFrame(
        {
            "__row": list(numbers), "text": [ODD[n % len(ODD)] + str(n * 7919 % 1009) if n % 5 else None for n in numbers],
            "amount": [Decimal(n * 37 % 100_000) / 100 for n in numbers], "count": [n if n % 7 else None for n in numbers],
            "points": [n * 2**33 for n in numbers], "at": [datetime(2024, 5, 1, n % 24, n % 60, tzinfo=UTC) for n in numbers],
            "day": [date(2024, 5, 1 + n % 30) for n in numbers],
        },
        schema_overrides=TYPES,
    )  # fmt: skip


def target(make_sync: Any, **facts: Any) -> DatasetTarget:
    columns = {name: {"type": kind} for name, kind in zip(TYPES, KINDS, strict=True)}
    columns["at"]["event_time"] = True
    found: DatasetTarget = make_sync(columns, **facts).to.dataset
    return found


def cut(frame: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    return (frame.slice(start, size) for start in range(0, frame.height, size))


def read_back(path: Path, form: CsvFormat | None = None) -> list[dict[str, Any]]:
    """What another program reads of a file."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    opened = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix, open)
    with opened(path, "rt", encoding="utf-8", newline="") as file:  # type: ignore[operator]
        text = file.read()
    if ".json" in path.suffixes:
        return [_typed(json.loads(line, parse_float=Decimal)) for line in text.splitlines()]
    form = form or CsvFormat()
    cells = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=form.delimiter, quotechar=form.quote,
        doublequote=form.quote_escape == form.quote, escapechar=None if form.quote_escape == form.quote else form.quote_escape,
        strict=True,
    )  # fmt: skip
    return [_typed({name: value or None for name, value in row.items()}) for row in cells]


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    readers = {
        "amount": lambda value: Decimal(str(value)), "count": int, "points": int, "day": date.fromisoformat,
        "at": lambda value: datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
    }  # fmt: skip
    return {name: None if value is None else readers.get(name, str)(value) for name, value in row.items()}


@pytest.mark.parametrize(
    ("form", "compression", "ending"),
    [
        ("parquet", "snappy", ".parquet"), ("parquet", "gzip", ".parquet"), ("parquet", "none", ".parquet"),
        ("csv", "gzip", ".csv.gz"), ("csv", "bzip", ".csv.bz2"), ("csv", "none", ".csv"),
        ("json", "gzip", ".json.gz"), ("json", "bzip", ".json.bz2"), ("json", "none", ".json"),
    ],
)  # fmt: skip
def test_what_is_read_back_is_what_was_written(
    make_sync: Any, tmp_path: Path, form: str, compression: str, ending: str
) -> None:
    whole, wish = rows(3000), target(make_sync, format=form, compression=compression)
    most = 80_000 if form == "parquet" else 90_000
    files = write_upload_files(cut(whole, 700), wish, tmp_path / "a", max_bytes=most)
    assert len(files) > 1
    assert [file.name for file in files] == [
        f"part-{number:05}{ending}" for number in range(1, len(files) + 1)
    ]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [file.name for file in files]
    assert all(file.bytes <= most for file in files)
    assert sum(file.rows for file in files) == 3000
    back = [row for file in files for row in read_back(tmp_path / "a" / file.name)]
    assert back == whole.drop("__row").to_dicts()
    assert write_upload_files(cut(whole, 111), wish, tmp_path / "b", max_bytes=most) == files


def test_files_of_an_earlier_attempt_go(make_sync: Any, tmp_path: Path) -> None:
    (tmp_path / "part-00009.csv.gz").write_bytes(b"old")
    assert write_upload_files([], target(make_sync, format="csv"), tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_nothing_half_written(make_sync: Any, tmp_path: Path) -> None:
    def failing() -> Iterator[pl.DataFrame]:
        yield rows(100_000)
        raise RuntimeError("power")

    with pytest.raises(RuntimeError):
        write_upload_files(failing(), target(make_sync), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rows_are_chosen_a_few_at_a_time(tmp_path: Path) -> None:
    rows(10).write_parquet(tmp_path / "rows.parquet")
    chosen = pl.concat(frames_of(tmp_path / "rows.parquet", pl.col("count") >= 8))
    assert chosen["__row"].to_list() == [8, 9]
    assert pl.concat(frames_of(tmp_path / "rows.parquet")).equals(rows(10))


@settings(max_examples=40)
@given(
    st.lists(st.text(st.sampled_from('a",;|\t\n\r\\#\'é '), max_size=6), min_size=1, max_size=5),
    st.sampled_from([",", "\t", "|", ";"]), st.sampled_from(['"', "'"]), st.booleans(), st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_csv_survives_every_cell(
    values: list[str], delimiter: str, quote: str, double: bool, end: str
) -> None:
    form = CsvFormat(
        delimiter=delimiter,
        quote=quote,
        quote_escape=quote if double else "\\",
        record_delimiter=end,
        comment="#",
    )
    frame = pl.DataFrame({"a": values, "b": values}, schema={"a": pl.String, "b": pl.String})
    text = (csv_header(["a", "b"], form) + csv_lines(frame, form)).decode()
    assert text.endswith(end)
    assert not any(csv_lines(row, form).startswith(b"#") for row in frame.iter_slices(1))
    read = list(csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, doublequote=double,
        escapechar=None if double else "\\", strict=True,
    ))  # fmt: skip
    assert read == [["a", "b"], *([value, value] for value in values)]


def test_a_single_empty_cell_is_no_empty_line() -> None:
    frame = pl.DataFrame({"a": [None, "x"]}, schema={"a": pl.String})
    assert csv_lines(frame, CsvFormat()) == b'""\nx\n'


def test_json_keeps_the_places_of_a_decimal() -> None:
    frame = pl.DataFrame(
        {"amount": [Decimal("12345678901234567890.10"), None]}, schema={"amount": pl.Decimal(38, 2)}
    )
    assert json_lines(frame) == b'{"amount":12345678901234567890.10}\n{"amount":null}\n'
