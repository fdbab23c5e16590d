"""Values as a data set wants them, and what is said of the first that is not."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from amc_sandbox.ingest.specs import Column

from .conftest import EMAIL, TIME, dataset, lines, sha

ALL = dataset("s STRING", "d DECIMAL", "i INTEGER", "l LONG", "t TIMESTAMP", "y DATE")
GOOD = {
    "s": "x", "d": Decimal("-12.50"), "i": -(2**31), "l": 2**63 - 1,
    "t": datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), "y": date(2024, 2, 29),
}  # fmt: skip
SPELLED = {"s": "x", "d": "-12.5", "i": "-2147483648", "l": "9223372036854775807", "t": "2024-02-29T23:59:59Z", "y": "2024-02-29"}  # fmt: skip


def parquet(frame):
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def csv(**values):
    return ",".join(values) + "\n" + ",".join(map(str, values.values())) + "\n"


def test_each_type_from_text_json_and_parquet(desk):
    numbers = {"d": -12.5, "i": -(2**31), "l": 2**63 - 1}
    for content, form in (
        (csv(**SPELLED), None),
        (lines(SPELLED | numbers), "LINES"),
        (lines(SPELLED | numbers), "DOCUMENT"),
        (parquet(pl.DataFrame([GOOD])), "PARQUET"),
        (parquet(pl.DataFrame([SPELLED])), "PARQUET"),
        (parquet(pl.DataFrame([GOOD | numbers | {"t": GOOD["t"].replace(tzinfo=None)}])), "PARQUET"),
        (parquet(pl.DataFrame([GOOD]).with_columns(pl.col("s").cast(pl.Categorical))), "PARQUET"),
    ):
        outcome = desk.upload(ALL, content, form=form, strategy="FULL_REPLACE")
        assert outcome.ok, outcome.message
        assert desk.rows(ALL) == [GOOD]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("i", "2147483648"), ("i", "1.0"), ("i", "x"), ("i", "1e3"), ("l", "9223372036854775808"), ("l", "1.5"),
        ("d", "1.234"), ("d", "1e3"), ("d", "NaN"), ("d", "1,5"), ("d", " 1"),
        ("t", "2024-02-30T00:00:00Z"), ("t", "2024-02-29T00:00:00"), ("t", "2024-02-29T00:00:00+01:00"),
        ("t", "2024-02-29 00:00:00Z"), ("t", "2024-2-9T00:00:00Z"), ("t", "2024-02-29T24:00:00Z"), ("t", "2024-02-29"),
        ("t", "2024-02-29T00:00:00.000Z"), ("y", "6/15/2024"), ("y", "2024-02-30"), ("y", "2024-2-9"),
        ("y", "2024-02-29T00:00:00Z"),
    ],
)  # fmt: skip
def test_text_that_is_not_of_its_type(desk, column, value):
    kind = next(one.data_type for one in ALL.columns if one.name == column)
    text = f"s;{column}\nx;\nx;{value}\n"
    outcome = desk.upload(ALL, text.replace(";", "\t"), form=_tab())

    message = f"Row 2 of 's3://up/f': column '{column}' does not hold a value of type {kind}"
    assert outcome.message == message
    assert value not in outcome.message


def _tab():
    from amc_sandbox.ingest.specs import CsvOptions

    return CsvOptions("\t")


@pytest.mark.parametrize(
    "frame",
    [
        {"i": [1.5]}, {"i": [2**31]}, {"l": [True]}, {"d": [1.234]}, {"d": [float("nan")]}, {"d": [Decimal("1.234")]},
        {"s": [[1]]}, {"s": [b"x"]}, {"t": [date(2024, 1, 1)]}, {"t": [5]}, {"y": [datetime(2024, 1, 1)]},  # noqa: DTZ001
    ],
)  # fmt: skip
def test_stored_values_that_are_not_of_their_type(desk, frame):
    outcome = desk.upload(ALL, parquet(pl.DataFrame(frame)), form="PARQUET")
    assert "does not hold a value of type" in outcome.message


def test_columns_are_those_of_the_data_set(desk):
    pair = dataset("a", Column("b", "LONG", nullable=False), TIME, period="P1D")
    for text, message in (
        ("b,at,c\n1,2024-01-01T00:00:00Z,x\n", "Column 'c' of 's3://up/f' is not a column of the data set"),
        ("at\n2024-01-01T00:00:00Z\n", "Column 'b' is missing in 's3://up/f', and it may not be null"),
        ("b\n1\n", "Column 'at' is missing in 's3://up/f', and it may not be null"),
        ("b,at\n1,2024-01-01T00:00:00Z\n,2024-01-01T00:00:00Z\n", "Row 2 of 's3://up/f': column 'b' is null"),
        ("b,at\n1,\n", "Row 1 of 's3://up/f': column 'at' is null"),
    ):
        assert desk.upload(pair, text).message == message
    assert desk.upload(pair, "at,b\n2024-01-01T00:00:00Z,1\n").ok
    assert desk.rows(pair) == [{"a": None, "b": 1, "at": datetime(2024, 1, 1, tzinfo=UTC)}]


def test_one_row_in_the_last_file_fails_them_all(desk):
    """Nothing is written, and what was there stays."""
    pair = dataset("a", "b LONG")
    assert desk.upload(pair, "a,b\nold,1\n", key="old").ok
    desk.put("new/1", "a,b\n" + "x,1\n" * 10)
    desk.put("new/2", "a,b\n" + "x,1\n" * 10 + "x,y\n")
    outcome = desk.upload(pair, prefix="new/", strategy="FULL_REPLACE")

    assert outcome.message == "Row 11 of 's3://up/new/2': column 'b' does not hold a value of type LONG"
    assert desk.rows(pair) == [{"a": "old", "b": 1}]
    assert len(list((desk.folder / "rows").rglob("*.parquet"))) == 1


@pytest.mark.parametrize("value", ["Ada@shop.example", sha("x").upper(), sha("x")[1:], "12025550100"])
def test_raw_values_in_a_hashed_column_fail_the_upload(desk, value):
    mails = dataset("a", EMAIL)
    outcome = desk.upload(mails, f"a,email\nx,\nx,{sha('x')}\nx,{value}\n")

    assert outcome.message.startswith("Row 3 of 's3://up/f': column 'email' holds a value that is not hashed")
    assert value not in outcome.message
    assert desk.rows(mails) == []


def test_an_upload_that_is_carried_out_twice_counts_once(desk):
    pair = dataset("a")
    first = desk.upload(pair, "a\nx\n")
    desk.uploads -= 1
    assert desk.upload(pair) == first
    assert len(desk.rows(pair)) == 1


def test_an_empty_identifier_is_none(desk):
    """Whether it is text or an entry of a dictionary."""
    mails = dataset("a", EMAIL)
    frame = pl.DataFrame({"a": ["x", "y"], "email": ["", None]})
    for content in (frame, frame.with_columns(pl.col("email").cast(pl.Categorical))):
        outcome = desk.upload(mails, parquet(content), form="PARQUET")
        assert outcome.ok, outcome.message
