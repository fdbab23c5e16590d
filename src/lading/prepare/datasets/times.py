"""Text as Amazon's times: TIMESTAMP in UTC to the second, and DATE.

ISO 8601 alone is read: whether 6/5/2024 is in May or in June nobody can tell. Fractions of a second are cut.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.datasets.cell import CODE, FINDING, TEXT, VALUE
from lading.prepare.datasets.recipe import TYPES, Column, Period

_STAMP: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r" ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"
)
_SECOND: Final = r"^.{16}(:[0-5][0-9])"
_NO_SECOND: Final = r"^.{16}:[6-9]"
_ZONE: Final = r"(Z|z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)$"
#: A date of eight digits ends like an offset does; behind a time there is none.
_TIME_LENGTH: Final = 16
_READ_AS: Final = "%Y-%m-%dT%H:%M:%S"

#: The time of a date is midnight, where a program wrote one.
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?$"

#: Period -> the same in the words of Polars.
_EVERY: Final[dict[Period, str]] = {"PT1H": "1h", "P1D": "1d", "P1M": "1mo"}


def timestamp(text: pl.Series, column: Column) -> pl.DataFrame:
    """TIMESTAMP. Codes: not_a_timestamp, timestamp_no_zone, timestamp_never. Finding: timestamp_twice."""
    said = pl.col(TEXT)
    whole = pl.concat_str(
        said.str.slice(0, 10), pl.lit("T"), said.str.slice(11, 5), said.str.extract(_SECOND).fill_null(":00")
    )
    plain = pl.when(said.str.contains(_STAMP) & ~said.str.contains(_NO_SECOND)).then(
        whole.str.to_datetime(_READ_AS, strict=False, time_unit="us")
    )
    read = pl.DataFrame({TEXT: text}).select(
        TEXT, plain.alias("plain"), said.str.slice(_TIME_LENGTH).str.extract(_ZONE).alias("zone")
    )
    named = (pl.col("plain") - _offset()).dt.replace_time_zone("UTC")
    local, twice = _local(column.timezone)
    here = pl.col("zone").is_null() & pl.col("plain").is_not_null()
    done = read.select(
        TEXT, "plain", pl.when(here).then(local).otherwise(named).cast(TYPES["TIMESTAMP"]).alias(VALUE),
        here=here, twice=here & twice,
    )  # fmt: skip
    lost = pl.lit("timestamp_never" if column.timezone else "timestamp_no_zone")
    code = (
        pl.when(pl.col(TEXT).is_null()).then(pl.lit(None, pl.String))
        .when(pl.col("plain").is_null()).then(pl.lit("not_a_timestamp"))
        .when(pl.col(VALUE).is_null()).then(lost)
    )  # fmt: skip
    finding = pl.when("twice").then(pl.lit("timestamp_twice"))
    return done.select(VALUE, code.alias(CODE), finding.alias(FINDING))


def _offset() -> pl.Expr:
    """The difference to UTC that a stamp names, as a duration; none for Z."""
    digits = pl.col("zone").str.replace_all(r"[^0-9]", "")
    hours = digits.str.slice(0, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = digits.str.slice(2, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    return pl.duration(minutes=sign * (hours * 60 + minutes))


def _local(timezone: str | None) -> tuple[pl.Expr, pl.Expr]:
    """Times of a zone in UTC, null where clocks were put forward past them; and whether they came twice."""
    if timezone is None:
        return pl.lit(None, TYPES["TIMESTAMP"]), pl.lit(value=False)
    first, second = (
        pl.col("plain").dt.replace_time_zone(timezone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    )
    return first.dt.convert_time_zone("UTC"), (first != second).fill_null(value=False)


def date(text: pl.Series, _column: Column) -> pl.DataFrame:
    """DATE. Code: not_a_date."""
    said = pl.col(TEXT)
    day = pl.when(said.str.contains(_DATE)).then(said.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    code = pl.when(said.is_not_null() & day.is_null()).then(pl.lit("not_a_date"))
    return pl.DataFrame({TEXT: text}).select(
        day.alias(VALUE), code.alias(CODE), pl.lit(None, pl.String).alias(FINDING)
    )


def partition(times: pl.Series, period: Period) -> pl.Series:
    """The beginning of the partition that each event falls into, in UTC."""
    stamps = (
        times
        if times.dtype == TYPES["TIMESTAMP"]
        else times.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    )
    return stamps.dt.truncate(_EVERY[period])
