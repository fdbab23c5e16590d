from __future__ import annotations

import polars as pl
import pytest

from lading.prepare.mask import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("alice@example.com", "a***@e***"),
        (" 4155550160", "4***"),
        ("Renée", "R***"),
        ("x@", "x***"),
        ("", None),
        (None, None),
        ("é" * 9999, "é***"),
    ],
)
def test_a_mask_shows_the_first_character_and_the_shape(value: str | None, shown: str | None) -> None:
    assert (
        pl.DataFrame({"v": pl.Series([value], dtype=pl.String)}).select(masked(pl.col("v"))).item() == shown
    )
