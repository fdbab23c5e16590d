"""docs/reference/dataset-rows.md against the code."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from lading.prepare.datasets import reasons
from lading.prepare.datasets.raw import first_phone
from lading.settings.dataset_files import COMPRESSIONS

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "dataset-rows.md").read_text("utf-8")
[SHAPES] = re.findall(r"\| what looks like one \| where \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE)


def test_every_reason_is_told() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)) == set(reasons.REJECTIONS)


@pytest.mark.parametrize("shape", re.findall("`([^`]+)`", SHAPES))
def test_what_the_page_calls_a_phone_number_is_found(shape: str) -> None:
    assert any(
        first_phone(pl.Series([shape]), pl.Series([land]), by_name=True) for land in ("US", "DE", "GB")
    )


def test_every_pair_of_format_and_compression_is_told() -> None:
    for form, fitting in COMPRESSIONS.items():
        [row] = re.findall(rf"^\| {form}\b.*", PAGE, re.MULTILINE)
        assert re.findall(r"gzip|snappy|bzip|none", row.split("|")[2]) == list(fitting)
