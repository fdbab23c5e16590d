"""Rows as a data set wants them: names, types, ranges, hashes, countries. One row that does not conform fails them all.

Sources: [amc/advertiser-data-upload/advertiser-data-prepare-data] for the formats of values, [.../advertiser-data-sets]
for what fails an upload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from amc_sandbox import rules
from amc_sandbox.ingest.refused import Refused
from amc_sandbox.ingest.specs import Column, DatasetSpec

MOMENT: Final = pl.Datetime("us", "UTC")
DECIMAL: Final = pl.Decimal(38, 2)
TYPES: Final[dict[str, pl.DataType]] = {
    "STRING": pl.String(),
    "DECIMAL": DECIMAL,
    "INTEGER": pl.Int32(),
    "LONG": pl.Int64(),
    "TIMESTAMP": MOMENT,
    "DATE": pl.Date(),
}
_HASH: Final = "^[0-9a-f]{64}$"
_HASHED: Final = "hashed with SHA-256: personal data must be hashed before it is uploaded"
_TWO_PLACES: Final = r"^[+-]?[0-9]+(\.[0-9]{1,2})?$"
_NONE: Final = pl.lit(None)


class Conforming:
    """Reads the batches of one file after the other."""

    def __init__(self, dataset: DatasetSpec) -> None:
        #: What a file may hold a value for; AMC fills the user columns itself.
        self._columns = [one for one in dataset.columns if not (one.main_user_id or one.main_user_id_type)]
        self._filled = {one.name for one in dataset.columns} - {one.name for one in self._columns}

    def batches(self, raw: Iterator[pl.DataFrame], name: str) -> Iterator[pl.DataFrame]:
        """The same rows in the columns and types of the data set. Refused with the first row that is none."""
        first = 1
        for batch in raw:
            self._check_names(batch.columns, name)
            typed = batch.select(_typed(batch, one).alias(one.name) for one in self._columns)
            self._check(batch, typed, first, name)
            yield typed
            first += batch.height

    def _check_names(self, names: list[str], name: str) -> None:
        known = {one.name for one in self._columns} | self._filled
        strange = [one for one in names if one not in known]
        if strange:
            raise Refused(f"Column '{strange[0]}' of '{name}' is not a column of the data set")
        for one in self._columns:
            if one.name not in names and (one.main_event_time or not one.nullable):
                raise Refused(f"Column '{one.name}' is missing in '{name}', and it may not be null")

    def _check(self, raw: pl.DataFrame, typed: pl.DataFrame, first: int, name: str) -> None:
        given = [_present(raw, one).alias(_said(one)) for one in self._columns]
        tests = [(one.name, what, test) for one in self._columns for what, test in _tests(one)]
        rows = typed.with_columns(given).select(
            test.fill_null(value=False).arg_true().first().alias(str(index))
            for index, (_, _, test) in enumerate(tests)
        )
        wrong = [
            (row, column, what)
            for (column, what, _), row in zip(tests, rows.row(0) if tests else (), strict=True)
            if row is not None
        ]
        if wrong:
            row, column, what = min(wrong)
            raise Refused(f"Row {first + row} of '{name}': column '{column}' {what}")


def _said(column: Column) -> str:
    return f"{column.name} was given"


def _present(raw: pl.DataFrame, column: Column) -> pl.Series:
    """Whether the file had a value."""
    if column.name not in raw.columns:
        return pl.repeat(value=False, n=raw.height, dtype=pl.Boolean, eager=True)
    values = raw[column.name]
    given = values.is_not_null()
    if column.identifies and isinstance(values.dtype, pl.String | pl.Categorical | pl.Enum):
        return given & (values.cast(pl.String) != "")
    return given


def _tests(column: Column) -> Iterator[tuple[str, pl.Expr]]:
    """What may be wrong with a value, and which rows are."""
    value, given = pl.col(column.name), pl.col(_said(column))
    yield f"does not hold a value of type {column.data_type}", given & value.is_null()
    if column.main_event_time or not column.nullable:
        yield "is null", ~given
    if column.hashed_pii is not None:
        hashed = value.str.contains(_HASH)
        if column.hashed_pii == "COUNTRY_CODE":
            hashed |= value.is_in(rules.COUNTRIES)
        yield f"holds a value that is not {_HASHED}", given & ~hashed
    if column.country_code:
        yield "does not hold a country code of ISO 3166", given & ~value.is_in(rules.COUNTRIES)


def _typed(raw: pl.DataFrame, column: Column) -> pl.Expr:
    """The column's values in its type; null where they have none."""
    wanted = TYPES[column.data_type]
    if column.name not in raw.columns or raw.schema[column.name] == pl.Null:
        return _NONE.cast(wanted)
    given, value = raw.schema[column.name], pl.col(column.name)
    if isinstance(given, pl.Categorical | pl.Enum):
        given, value = pl.String(), value.cast(pl.String)
    if column.identifies and given == pl.String:
        value = pl.when(value != "").then(value)
    return _READERS[column.data_type](value, given)


def _whole(target: type[pl.Int32 | pl.Int64]) -> Callable[[pl.Expr, pl.DataType], pl.Expr]:
    def read(value: pl.Expr, given: pl.DataType) -> pl.Expr:
        fits = given == pl.String or given.is_integer()
        return value.cast(target, strict=False) if fits else _NONE.cast(target)

    return read


def _decimal(value: pl.Expr, given: pl.DataType) -> pl.Expr:
    if given == pl.String:
        return pl.when(value.str.contains(_TWO_PLACES)).then(value).cast(DECIMAL, strict=False)
    if given.is_float():
        return pl.when((value.round(2) - value).abs() < 1e-6).then(value.round(2)).cast(DECIMAL, strict=False)
    if given.is_decimal():
        return pl.when(value.cast(DECIMAL, strict=False) == value).then(value).cast(DECIMAL, strict=False)
    return value.cast(DECIMAL, strict=False) if given.is_integer() else _NONE.cast(DECIMAL)


def _moment(value: pl.Expr, given: pl.DataType) -> pl.Expr:
    if given == pl.String:
        exact = pl.when(value.str.len_bytes() == len("2026-01-05T08:00:00Z")).then(value)
        return exact.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC", strict=False)
    if isinstance(given, pl.Datetime):
        aware = (
            value.dt.replace_time_zone("UTC")
            if given.time_zone is None
            else value.dt.convert_time_zone("UTC")
        )
        return aware.cast(MOMENT)
    return _NONE.cast(MOMENT)


def _date(value: pl.Expr, given: pl.DataType) -> pl.Expr:
    if given == pl.String:
        exact = pl.when(value.str.len_bytes() == len("2026-01-05")).then(value)
        return exact.str.to_date("%Y-%m-%d", strict=False)
    return value if given == pl.Date else _NONE.cast(pl.Date)


def _text(value: pl.Expr, given: pl.DataType) -> pl.Expr:
    written = given in (pl.String, pl.Boolean) or given.is_numeric()
    return value.cast(pl.String) if written else _NONE.cast(pl.String)


_READERS: Final[dict[str, Callable[[pl.Expr, pl.DataType], pl.Expr]]] = {
    "STRING": _text,
    "DECIMAL": _decimal,
    "INTEGER": _whole(pl.Int32),
    "LONG": _whole(pl.Int64),
    "TIMESTAMP": _moment,
    "DATE": _date,
}
