"""What every rule of a field takes and gives."""

from __future__ import annotations

from typing import Final

import polars as pl

#: A rule takes values that are clean (see `lading.prepare.text`) with the country of each, null where unknown ...
VALUE: Final = "value"
COUNTRY: Final = "country"

#: ... and gives, in the same order, the text to hash (null where nothing is left) and the finding's code, if any.
TEXT: Final = "text"
FINDING: Final = "finding"


def result(text: pl.Series, *findings: tuple[pl.Series, str]) -> pl.DataFrame:
    """The result of a rule; each finding is a mask with its code, and the first that holds is kept."""
    frame = pl.DataFrame({TEXT: text} | {code: mask for mask, code in findings})
    named = [pl.when(pl.col(code)).then(pl.lit(code)) for _, code in findings]
    return frame.select(TEXT, pl.coalesce(*named, pl.lit(None, pl.String)).alias(FINDING))
