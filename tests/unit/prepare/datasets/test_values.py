"""Text as Amazon's types: whole columns against one plain rule a value."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.prepare.datasets import numbers, reasons, times
from lading.prepare.datasets.cell import CODE, FINDING, VALUE
from lading.prepare.datasets.recipe import TYPES, Column, DataType, Period

READERS = {
    "DECIMAL": numbers.decimal, "INTEGER": numbers.whole, "LONG": numbers.whole, "TIMESTAMP": times.timestamp,
    "DATE": times.date,
}  # fmt: skip
BITS = {"INTEGER": 31, "LONG": 63}


def read(kind: DataType, texts: list[str | None], zone: str | None = None) -> list[object]:
    """The value of each text, or the code for why there is none."""
    column = Column(name="c", source="c", type=kind, timezone=zone)
    done = READERS[kind](pl.Series("text", texts, dtype=pl.String), column)
    assert done.height == len(texts)
    assert done[VALUE].dtype == TYPES[kind]
    assert all((value is None) or (code is None) for value, code, _ in done.iter_rows())
    assert set(done[CODE].drop_nulls()) <= set(reasons.REJECTIONS)
    assert set(done[FINDING].drop_nulls()) <= set(reasons.FINDINGS)
    return [value if code is None else code for value, code in done.select(VALUE, CODE).iter_rows()]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.50", Decimal("1234.50")), ("-0.5", Decimal("-0.50")), (".5", Decimal("0.50")), ("7.", Decimal("7.00")),
        ("1.5000", Decimal("1.50")), ("+3", Decimal("3.00")), ("1.005", "too_many_places"), ("1,50", "not_a_number"),
        ("1e3", "not_a_number"), ("$5", "not_a_number"), ("1.000,00", "not_a_number"), ("NaN", "not_a_number"),
        ("9" * 36 + ".99", Decimal("9" * 36 + ".99")), ("1" + "0" * 36, "out_of_range"), (None, None),
    ],
)  # fmt: skip
def test_a_decimal_has_two_places(text: str | None, value: object) -> None:
    assert read("DECIMAL", [text]) == [value]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("INTEGER", "2147483647", 2**31 - 1), ("INTEGER", "2147483648", "out_of_range"),
        ("INTEGER", "-2147483648", -(2**31)), ("INTEGER", "-2147483649", "out_of_range"),
        ("LONG", "9223372036854775807", 2**63 - 1), ("LONG", "9223372036854775808", "out_of_range"),
        ("LONG", "-9223372036854775808", -(2**63)), ("INTEGER", "12.0", 12), ("INTEGER", "12.5", "not_a_whole_number"),
        ("INTEGER", "1 000", "not_a_whole_number"), ("LONG", "007", 7),
    ],
)  # fmt: skip
def test_whole_numbers_have_32_or_64_bits(kind: DataType, text: str, value: object) -> None:
    assert read(kind, [text]) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-01T08:00:00Z", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-05-01 10:00:00+02:00", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-05-01T02:30-0530", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-05-01 09:00:00.987654 +01", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-05-01 08:00:00 UTC", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-12-31T23:30:00-02:00", datetime(2025, 1, 1, 1, 30, tzinfo=UTC)),
        ("2024-05-01T10:00:00", "timestamp_no_zone"), ("2024-05-01 10:00", "timestamp_no_zone"),
        ("2024-05-01", "not_a_timestamp"), ("6/15/2024 10:00", "not_a_timestamp"), ("1714550400", "not_a_timestamp"),
        ("2024-02-30T10:00:00Z", "not_a_timestamp"), ("2024-05-01T24:00:00Z", "not_a_timestamp"),
        ("2024-05-01T10:00:60Z", "not_a_timestamp"), ("2024-05-01T10:00:00+15:00", "not_a_timestamp"),
    ],
)  # fmt: skip
def test_times_are_in_utc_to_the_second(text: str, value: object) -> None:
    assert read("TIMESTAMP", [text]) == [value]


def test_a_time_without_a_zone_is_of_the_columns_zone() -> None:
    texts = ["2024-05-01 10:00:00", "2024-10-27 02:30:00", "2024-03-31 02:30:00", "2024-05-01T10:00:00Z"]
    assert read("TIMESTAMP", texts, "Europe/Berlin") == [
        datetime(2024, 5, 1, 8, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC), "timestamp_never",
        datetime(2024, 5, 1, 10, tzinfo=UTC),
    ]  # fmt: skip
    column = Column(name="c", source="c", type="TIMESTAMP", timezone="Europe/Berlin")
    assert times.timestamp(pl.Series("text", texts), column)[FINDING].to_list() == [
        None,
        "timestamp_twice",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", date(2024, 2, 29)), ("2023-02-29", "not_a_date"), ("6/15/2024", "not_a_date"),
        ("2024-05-01 00:00:00", date(2024, 5, 1)), ("2024-05-01T10:00:00", "not_a_date"), ("20240501", "not_a_date"),
    ],
)  # fmt: skip
def test_a_date_is_written_as_iso_has_it(text: str, value: object) -> None:
    assert read("DATE", [text]) == [value]


@pytest.mark.parametrize(
    ("period", "start"),
    [("PT1H", datetime(2024, 5, 17, 13, tzinfo=UTC)), ("P1D", datetime(2024, 5, 17, tzinfo=UTC)),
     ("P1M", datetime(2024, 5, 1, tzinfo=UTC))],
)  # fmt: skip
def test_a_partition_begins_where_its_period_does(period: Period, start: datetime) -> None:
    stamps = pl.Series([datetime(2024, 5, 17, 13, 59, 59, tzinfo=UTC)]).cast(TYPES["TIMESTAMP"])
    assert times.partition(stamps, period).to_list() == [start]
    days = pl.Series([date(2024, 5, 17)])
    assert times.partition(days, period).to_list() == [min(start, datetime(2024, 5, 17, tzinfo=UTC))]


_SIGN = st.sampled_from(["", "+", "-"])
_NEAR = st.integers(-2, 2).flatmap(
    lambda off: st.sampled_from([0, 10, 2**31, -(2**31), 2**63, -(2**63), 10**36]).map(
        lambda edge: str(edge + off)
    )
)
_NUMBERS = st.one_of(
    _NEAR, st.from_regex(r"[+-]?[0-9]{0,4}\.?[0-9]{0,4}", fullmatch=True), st.text("0123456789.,eE+- ", max_size=8),
    st.tuples(_NEAR, st.sampled_from([".0", ".50", ".005", ".", ".990"])).map("".join),
)  # fmt: skip


def plain_number(kind: str, text: str) -> object:
    """The rule, one text at a time."""
    if kind == "DECIMAL":
        if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
            return "not_a_number"
        if len(text.partition(".")[2].rstrip("0")) > 2:
            return "too_many_places"
        whole = text.lstrip("+-").partition(".")[0].lstrip("0")
        return Decimal(text) if len(whole) <= 36 else "out_of_range"
    if not re.fullmatch(r"[+-]?[0-9]+(\.0*)?", text):
        return "not_a_whole_number"
    number = int(text.partition(".")[0])
    return number if -(2 ** BITS[kind]) <= number < 2 ** BITS[kind] else "out_of_range"


@settings(max_examples=50)
@given(st.sampled_from(["DECIMAL", "INTEGER", "LONG"]), st.lists(_NUMBERS, min_size=1, max_size=20))
def test_numbers_are_what_the_plain_rule_says(kind: DataType, texts: list[str]) -> None:
    assert read(kind, list(texts)) == [plain_number(kind, text) for text in texts]


_TWO = st.integers(0, 62).map("{:02}".format)
_STAMPS = st.tuples(
    st.sampled_from(["2024", "1999", "2023"]), st.just("-"), _TWO, st.just("-"), _TWO, st.sampled_from(["T", " ", "t", "_"]),
    st.integers(0, 25).map("{:02}".format), st.just(":"), _TWO, st.one_of(st.just(""), _TWO.map(":{}".format)),
    st.sampled_from(["", "", ".5", ",123456", "."]), st.sampled_from(["", " "]),
    st.sampled_from(["", "", "Z", "z", "UTC", "+02:00", "-0530", "+14", "+15:00", "+02:60", "CET"]),
).map("".join)  # fmt: skip


def plain_stamp(text: str, zone: str | None) -> object:
    shape = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?:(:\d\d)(?:[.,]\d+)?)? ?(Z|z|UTC|([+-])(\d\d)(?::?(\d\d))?)?",
        text,
        re.ASCII,
    )
    try:
        moment = datetime.strptime(f"{shape[1]} {shape[2]}{shape[3] or ':00'}", "%Y-%m-%d %H:%M:%S")  # type: ignore[index]  # noqa: DTZ007
    except (TypeError, ValueError):
        return "not_a_timestamp"
    assert shape
    late = shape[3] and int(shape[3][1:]) > 59
    far = shape[5] and (int(shape[6]) > 14 or int(shape[7] or 0) > 59)
    if late or far:
        return "not_a_timestamp"
    if shape[4]:
        off = timedelta(hours=int(shape[6] or 0), minutes=int(shape[7] or 0)) * (-1 if shape[5] == "-" else 1)
        return moment.replace(tzinfo=UTC) - off
    if zone is None:
        return "timestamp_no_zone"
    local = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return local if local.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment else "timestamp_never"


@settings(max_examples=50)
@given(
    st.lists(_STAMPS, min_size=1, max_size=20), st.sampled_from([None, "Europe/Berlin", "America/New_York"])
)
def test_times_are_what_the_plain_rule_says(texts: list[str], zone: str | None) -> None:
    assert read("TIMESTAMP", list(texts), zone) == [plain_stamp(text, zone) for text in texts]
