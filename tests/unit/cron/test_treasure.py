"""Treasure Data's cron, rule by rule as its documentation has them."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from lading.cron import BadCron, Dialect, parse

JANUARY = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
DAY = timedelta(days=1)


def fires(line, count=12, timezone="UTC", after=JANUARY):
    return parse(line, Dialect.TREASURE, timezone).next(after, count)


def days(line, count=12):
    return [moment.day for moment in fires(line, count)]


def test_of_two_day_fields_the_more_frequent_one_counts():
    mondays = fires("0 0 1 * 1")
    assert all((moment.isoweekday(), moment.hour, moment.minute) == (1, 0, 0) for moment in mondays)
    assert {later - earlier for earlier, later in itertools.pairwise(mondays)} == {7 * DAY}
    assert days("0 0 1-20 * 1", 21) == [*range(1, 21), 1]
    assert days("0 0 */1 * 1", 3) == [1, 2, 3]
    # In February a weekday comes 4.03 times: less than five days, and more than four.
    assert [f"{one:%a}" for one in fires("0 0 1,2,3,4 feb fri", 5)] == ["Fri"] * 5
    assert [one.day for one in fires("0 0 1,2,3,4,5 feb fri", 6)] == [1, 2, 3, 4, 5, 1]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("0 * * * *", [(1, 0, 0), (1, 1, 0), (1, 2, 0)]),
        ("0 0 * * *", [(1, 0, 0), (2, 0, 0), (3, 0, 0)]),
        ("0 0 1-10 * *", [(1, 0, 0), (2, 0, 0), (3, 0, 0)]),
        ("0 0 1,11,21 * *", [(1, 0, 0), (11, 0, 0), (21, 0, 0)]),
        ("30 */2 1 * *", [(1, 0, 30), (1, 2, 30), (1, 4, 30)]),
        ("0 0 */5 * *", [(5, 0, 0), (10, 0, 0), (15, 0, 0), (20, 0, 0), (25, 0, 0), (30, 0, 0), (5, 0, 0)]),
        ("0 0 2,*/5,8-10 * *", [(2, 0, 0), (5, 0, 0), (8, 0, 0), (9, 0, 0), (10, 0, 0), (15, 0, 0)]),
        ("5 4 * * sun", [(4, 4, 5), (11, 4, 5)]),
        ("5 4 * * MON-wed", [(5, 4, 5), (6, 4, 5), (7, 4, 5), (12, 4, 5)]),
        ("@daily", [(1, 0, 0), (2, 0, 0)]),
        ("@hourly", [(1, 0, 0), (1, 1, 0)]),
    ],
)  # fmt: skip
def test_a_line_fires_when_it_says(line, first):
    assert [(one.day, one.hour, one.minute) for one in fires(line, len(first))] == first


def test_months_by_name_and_by_multiple():
    assert [one.month for one in fires("0 0 1 * *", 13)] == [*range(1, 13), 1]
    assert [one.month for one in fires("0 0 1 jan,JUL-aug *", 4)] == [1, 7, 8, 1]
    assert [one.month for one in fires("0 0 1 */3 *", 5)] == [3, 6, 9, 12, 3]


def test_the_thirtieth_is_a_multiple_of_ten_though_the_documentation_leaves_it_out():
    assert days("0 0 5,*/10,25 * *", 6) == [5, 10, 20, 25, 30, 5]


@pytest.mark.parametrize("line", ["", "none", "None"])
def test_no_time_at_all(line):
    assert parse(line, Dialect.TREASURE).never
    assert fires(line) == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("0 0  1 * *", "exactly one blank"),
        ("0\t0 1 * *", "exactly one blank"),
        (" 0 0 1 * *", "exactly one blank"),
        ("0 0 1 * * ", "exactly one blank"),
        ("0 0 1 *", "4 fields and needs five"),
        ("0 0 1 * * *", "6 fields"),
        ("60 0 1 * *", "minute 60 is out of range: it goes from 0 to 59"),
        ("0 24 1 * *", "hour 24"),
        ("0 0 0 * *", "day of month 0"),
        ("0 0 32 * *", "day of month 32"),
        ("0 0 1 13 *", "month 13"),
        ("0 0 1 0 *", "month 0"),
        ("0 0 * * 7", "Sunday is 0"),
        ("0 0 * * monday", "or one of sun, mon"),
        ("0 0 * mon *", "or one of jan"),
        ("0 0 1,* * *", "a star stands alone"),
        ("0 0 5-1 * *", "write 1-5"),
        ("0 0 1-10/2 * *", "only a star has a stroke"),
        ("0 0 */0 * *", "from 1 to 31"),
        ("0 0 */99 * *", "from 1 to 31"),
        ("0 0 */x * *", "from 1 to 31"),
        ("0 0 1, * *", "'' is no value"),
        ("0 0 L * *", "'L' is no value"),
        ("0 0 30 2 *", "never comes"),
        ("@weekly", "write @daily, @hourly, none"),
    ],
)
def test_what_is_wrong_is_said(line, says):
    with pytest.raises(BadCron, match=says.replace("*", r"\*")):
        parse(line, Dialect.TREASURE)


def test_the_standard_dialect_starts_steps_at_the_first_and_joins_day_fields():
    assert [one.day for one in parse("0 0 */5 * *").next(JANUARY, 7)] == [1, 6, 11, 16, 21, 26, 31]
    assert [one.day for one in parse("0 0 1 * 1").next(JANUARY, 4)] == [1, 5, 12, 19]
    assert [one.day for one in parse("0 0 5-5/2 * *").next(JANUARY, 2)] == [5, 5]
    assert {one.isoweekday() for one in parse("0 0 * * 1-Mon/3").next(JANUARY, 4)} == {1}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("61 * * * *", "minute '61': write 0 to 59"),
        ("0 0 1 foo *", "month 'foo': write 1 to 12, or jan to dec"),
        ("0 0 * * 8", "day of week '8': write 0 to 7"),
        ("* * * *", "it has 4 fields"),
        ("0 0 0 * * *", "it has 6 fields"),
        ("soon", "it has 1 fields"),
        ("0 0 31 2 *", "this day never comes"),
        ("0 0 30 feb *", "this day never comes"),
    ],
)
def test_what_is_wrong_with_a_standard_line_is_said(line, says):
    with pytest.raises(BadCron, match=says):
        parse(line)
