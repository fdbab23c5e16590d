"""What every reader of a type gives for each text: the value, why there is none (the row is rejected), and a finding."""

from __future__ import annotations

from typing import Final

import polars as pl

#: The text of a cell, without white space around it; null where there is none.
TEXT: Final = "text"

VALUE: Final = "value"
CODE: Final = "code"
FINDING: Final = "finding"


def fine(values: pl.Series, finding: pl.Series | None = None) -> pl.DataFrame:
    """Values that no row is rejected for."""
    nothing = pl.lit(None, pl.String)
    told = nothing if finding is None else pl.lit(finding)
    return values.to_frame(VALUE).with_columns(nothing.alias(CODE), told.alias(FINDING))
