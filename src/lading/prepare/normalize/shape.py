"""What every rule of a field takes and gives."""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.text import places, put

#: A rule takes values that are clean (see `lading.prepare.text`) with the country of each, null where unknown ...
VALUE: Final = "value"
COUNTRY: Final = "country"

#: ... and gives, in the same order, the text to hash (null where nothing is left) and the finding's code, if any.
TEXT: Final = "text"
FINDING: Final = "finding"


def nothing(height: int) -> pl.Series:
    """So many nulls of text."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def findings(done: pl.DataFrame) -> list[tuple[pl.Series, str]]:
    """The findings of a result, as `result` takes them."""
    return [(done[FINDING] == code, code) for code in done[FINDING].drop_nulls().unique(maintain_order=True)]


def result(text: pl.Series, *findings: tuple[pl.Series, str]) -> pl.DataFrame:
    """The result of a rule. Each finding is a mask with its code; where several hold, the first one counts."""
    finding = nothing(len(text))
    for mask, code in reversed(findings):
        finding = put(finding, places(mask), code)
    return pl.DataFrame({TEXT: text, FINDING: finding})
