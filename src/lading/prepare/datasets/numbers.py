"""Text as Amazon's numbers: DECIMAL with two places, INTEGER of 32 bits, LONG of 64 bits. What would lose something is none."""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.datasets.cell import CODE, FINDING, TEXT, VALUE
from lading.prepare.datasets.recipe import TYPES, Column

#: A point with zeros behind it loses nothing: spreadsheets and data frames write whole numbers so.
_WHOLE: Final = r"^[+-]?[0-9]+(?:\.0*)?$"
_DIGITS: Final = r"^([+-]?[0-9]+)"
_NUMBER: Final = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"
_MORE_PLACES: Final = r"\.[0-9]{2}[0-9]*[1-9]"
_SPARE_ZEROS: Final = r"(\.[0-9]{2})0+$"


def whole(text: pl.Series, column: Column) -> pl.DataFrame:
    """INTEGER and LONG. Codes: not_a_whole_number, out_of_range."""
    said = pl.col(TEXT)
    number = said.str.extract(_DIGITS).cast(pl.Int64, strict=False).cast(TYPES[column.type], strict=False)
    return _read(text, said.str.contains(_WHOLE), "not_a_whole_number", number)


def decimal(text: pl.Series, column: Column) -> pl.DataFrame:
    """DECIMAL. Codes: not_a_number, too_many_places, out_of_range."""
    said = pl.col(TEXT)
    number = said.str.replace(_SPARE_ZEROS, "$1").cast(TYPES[column.type], strict=False)
    return _read(text, said.str.contains(_NUMBER), "not_a_number", number, said.str.contains(_MORE_PLACES))


def _read(
    text: pl.Series, fits: pl.Expr, misfit: str, number: pl.Expr, finer: pl.Expr | None = None
) -> pl.DataFrame:
    finer = pl.lit(value=False) if finer is None else finer
    code = (
        pl.when(pl.col(TEXT).is_null()).then(pl.lit(None, pl.String))
        .when(~fits).then(pl.lit(misfit))
        .when(finer).then(pl.lit("too_many_places"))
        .when(number.is_null()).then(pl.lit("out_of_range"))
    )  # fmt: skip
    kept = pl.when(fits & ~finer).then(number)
    return pl.DataFrame({TEXT: text}).select(
        kept.alias(VALUE), code.alias(CODE), pl.lit(None, pl.String).alias(FINDING)
    )
