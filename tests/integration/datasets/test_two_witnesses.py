"""Upload files as Lading writes them, read by the sandbox, which shares no code with it: the same rows come out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from amc_sandbox.aws.shelf import Object
from amc_sandbox.ingest import csv_rows, json_rows, packing, parquet_rows
from amc_sandbox.ingest.conforming import Conforming
from amc_sandbox.ingest.specs import Column, CsvOptions, DatasetSpec
from lading.service.datasets.upload_files import write_upload_files
from lading.settings.dataset_files import CsvFormat
from lading.settings.datasets import DatasetTarget

KINDS = {
    "name": "STRING", "amount": "DECIMAL", "count": "INTEGER", "points": "LONG", "at": "TIMESTAMP", "day": "DATE",
    "email": "STRING", "land": "STRING",
}  # fmt: skip
HASH = "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21"
#: What CSV has to survive.
ODD = [
    'two, "big" ones', "a\nb\r\nc", "tab\tpipe|semi;", " blanks ", "back\\slash", 'ends with "', "ends with \\", '\\"', '"', "# no comment",
    "é🦊", "'", "NULL", "0012", "nan", "true", "a" * 3000,
]  # fmt: skip


def rows() -> pl.DataFrame:
    count, start = 300, datetime(2024, 5, 1, tzinfo=UTC)
    return pl.DataFrame(
        {
            "__row": range(1, count + 1),
            "name": [ODD[number % len(ODD)] if number % 7 else None for number in range(count)],
            "amount": [Decimal(number * 3_333_333_337) / 100 if number % 9 else None for number in range(count)],
            "count": [number - 150 if number % 8 else None for number in range(count)],
            "points": [2**62 - number for number in range(count)],
            "at": [start + timedelta(minutes=number) for number in range(count)],
            "day": [date(2024, 5, 1) if number % 3 else None for number in range(count)],
            "email": [HASH if number % 2 else None for number in range(count)],
            "land": ["GB"] * count,
        },
        schema_overrides={
            "amount": pl.Decimal(38, 2), "count": pl.Int32, "at": pl.Datetime("us", "UTC"), "day": pl.Date, "email": pl.String,
        },
    )  # fmt: skip


def target(**files: Any) -> DatasetTarget:
    columns: dict[str, dict[str, Any]] = {name: {"type": kind} for name, kind in KINDS.items()}
    columns |= {"email": {"identifier": "EMAIL"}, "land": {"country": True}}
    columns["at"]["event_time"] = True
    wish = {"connection": "amazon", "id": "events", "bucket": "s3://uploads", "columns": columns}
    return DatasetTarget.model_validate(wish | files)


SPEC = DatasetSpec(
    "amcshop001", "events", period="P1D",
    columns=tuple(
        Column(
            name, kind, main_event_time=name == "at", country_code=name == "land",  # type: ignore[arg-type]
            hashed_pii="EMAIL" if name == "email" else None,
        )
        for name, kind in KINDS.items()
    ),
)  # fmt: skip


def as_amazon_reads(path: Path, wish: DatasetTarget) -> Iterator[pl.DataFrame]:
    """The batches of one file, in the types of the dataset; refused where one does not conform."""
    one = Object("uploads", path.name, path.stat().st_size, {}, None, path)
    packed: Any = wish.file_compression.upper()
    for batches in _opened(one, packed, wish):
        yield from Conforming(SPEC).batches(batches, path.name)


def _opened(one: Object, packed: Any, wish: DatasetTarget) -> Iterator[Iterator[pl.DataFrame]]:
    if wish.format == "parquet":
        yield from (batches for _, batches in parquet_rows.rows(one, packed))
        return
    form = wish.csv or CsvFormat()
    told = CsvOptions(form.delimiter, form.quote, form.quote_escape, form.record_delimiter, form.comment)
    for file in packing.files(one, packed):
        yield (
            csv_rows.rows(file, told, list(KINDS)) if wish.format == "csv" else json_rows.rows(file, "LINES")
        )


@pytest.mark.parametrize(
    "files",
    [
        {"format": "parquet"}, {"format": "parquet", "compression": "gzip"}, {"format": "parquet", "compression": "none"},
        {"format": "json"}, {"format": "json", "compression": "bzip"}, {"format": "json", "compression": "none"},
        {"format": "csv"}, {"format": "csv", "compression": "bzip"}, {"format": "csv", "compression": "none"},
        {"format": "csv", "csv": {"delimiter": "\t"}}, {"format": "csv", "csv": {"delimiter": "|", "quote": "'", "quote_escape": "'"}},
        {"format": "csv", "csv": {"quote_escape": "\\"}}, {"format": "csv", "csv": {"quote_escape": "\\", "quote": "'", "delimiter": ";"}},
        {"format": "csv", "csv": {"record_delimiter": "\r\n"}}, {"format": "csv", "csv": {"comment": "#"}},
    ],
    ids=str,
)  # fmt: skip
def test_the_sandbox_reads_what_lading_wrote(tmp_path: Path, files: dict[str, Any]) -> None:
    wish = target(**files)
    written = write_upload_files([rows()], wish, tmp_path)
    read = pl.concat(batch for file in written for batch in as_amazon_reads(tmp_path / file.name, wish))
    assert read.select(list(KINDS)).to_dicts() == rows().drop("__row").to_dicts()
