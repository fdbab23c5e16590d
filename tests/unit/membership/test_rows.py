from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from lading.membership.files import write_parquet
from lading.membership.rows import fresh_rows, periods_of, remember, without_left

COLUMNS = ("order_id", "at", "amount", "day")
SCHEMA = {
    "order_id": pl.String(), "at": pl.Datetime("us", "UTC"), "amount": pl.Decimal(38, 2), "day": pl.Date(),
    "__row": pl.UInt64(), "__partition": pl.Datetime("us", "UTC"),
}  # fmt: skip


@pytest.fixture
def rows(tmp_path):
    def write(*orders, table=False):
        frame = pl.DataFrame(
            [
                (order, datetime(2026, 3, day, 5, tzinfo=UTC), None if amount is None else Decimal(amount), date(2026, 3, day),
                 number, None if table else datetime(2026, 3, day, tzinfo=UTC))
                for number, (order, day, amount) in enumerate(orders, start=1)
            ],
            schema=SCHEMA, orient="row",
        )  # fmt: skip
        return tmp_path / write_parquet(tmp_path, "rows", frame, SCHEMA).name

    return write


def digests(path, tmp_path):
    return [(one.start, one.rows, one.digest) for one in periods_of(path, COLUMNS, tmp_path / "tmp")]


def test_a_period_is_counted_and_digested_whatever_the_order_of_its_rows(rows, tmp_path):
    one = digests(rows(("a", 1, 1), ("b", 1, 2), ("c", 2, None)), tmp_path)
    other = digests(rows(("c", 2, None), ("b", 1, 2), ("a", 1, 1)), tmp_path)
    assert one == other
    assert [(start, count) for start, count, _ in one] == [
        ("2026-03-01T00:00:00Z", 2), ("2026-03-02T00:00:00Z", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("changed", [("b", 1, 3), ("b", 1, None), ("", 1, 2), (None, 1, 2)])
def test_any_other_value_makes_another_digest(rows, tmp_path, changed):
    [(_, _, before)] = digests(rows(("a", 1, 1), ("b", 1, 2)), tmp_path)
    [(_, _, after)] = digests(rows(("a", 1, 1), changed), tmp_path)
    assert before != after


def test_a_row_that_stands_there_twice_counts_twice(rows, tmp_path):
    [(_, _, once)] = digests(rows(("a", 1, 1)), tmp_path)
    [(_, count, twice)] = digests(rows(("a", 1, 1), ("a", 1, 1)), tmp_path)
    assert (count, twice == once) == (2, False)


def test_a_table_is_one_period(rows, tmp_path):
    [(start, count, _)] = digests(rows(("a", 1, 1), ("b", 2, 2), table=True), tmp_path)
    assert (start, count) == ("", 2)


def fresh(path, known, tmp_path):
    found = fresh_rows(path, ("order_id", "amount"), known, "secret", tmp_path)
    left = pl.read_parquet(tmp_path / found.left.name)
    return found, dict(left.iter_rows())


def test_rows_are_fresh_once(rows, tmp_path):
    path = rows(("a", 1, 1), ("b", 1, 2), ("a", 2, 1), ("a", 2, 9))
    found, left = fresh(path, (), tmp_path)
    assert left == {3: "repeated"}
    assert found.counts == {"repeated": 1}
    assert [(one.start[:10], one.rows) for one in found.periods] == [("2026-03-01", 2), ("2026-03-02", 1)]
    keys = pl.read_parquet(tmp_path / found.keys.name)["key"]
    assert {len(key) for key in keys} == {16}

    later = rows(("b", 1, 2), ("c", 1, 1), ("a", 1, 1), ("b", 1, None), (None, 1, None))
    found, left = fresh(later, [tmp_path / found.keys.name], tmp_path)
    assert left == {1: "seen", 3: "seen"}
    assert found.counts == {"seen": 2}
    frame = pl.concat(without_left(later, tmp_path / found.left.name, tmp_path))
    assert frame["order_id"].to_list() == ["c", "b", None]
    assert dict(frame.schema) == SCHEMA


def test_a_key_tells_nobody_without_the_secret_what_it_was_made_of(rows, tmp_path):
    path = rows(("a", 1, 1))
    one = fresh_rows(path, ("order_id",), (), "secret", tmp_path).keys
    other = fresh_rows(path, ("order_id",), (), "another", tmp_path).keys
    assert pl.read_parquet(tmp_path / one.name)["key"][0] != pl.read_parquet(tmp_path / other.name)["key"][0]


def test_keys_are_remembered_and_many_files_become_one(rows, tmp_path):
    known = ()
    for number in range(10):
        source = fresh_rows(rows((f"o-{number}", 1, 1)), ("order_id",), (), "secret", tmp_path).keys
        known = remember(tmp_path / "kept", known, tmp_path / source.name)
        assert len(known) <= 8
        assert sum(one.rows for one in known) == number + 1
