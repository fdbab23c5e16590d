from decimal import Decimal

import pytest

from lading.plan import guard, row_guards
from lading.plan.row_guards import RowFacts, RowLimits, ShrunkPeriod, judge
from lading.plan.since import ColumnChange
from lading.settings import Limit

GOOD = RowFacts(read=100, rejected=2, recorded=98)
SHRUNK = tuple(ShrunkPeriod(f"2026-03-{day:02}T00:00:00Z", 9, 10) for day in range(1, 8))


@pytest.mark.parametrize(
    ("facts", "limits", "tripped"),
    [
        (GOOD, RowLimits(), []),
        (RowFacts(read=0, rejected=0, recorded=0), RowLimits(), ["empty_source"]),
        (RowFacts(read=0, rejected=0, recorded=0), RowLimits(empty_source=False), []),
        (RowFacts(read=9, rejected=9, recorded=0), RowLimits(), ["empty_source"]),
        (GOOD, RowLimits(max_rejected=Limit(count=1)), ["max_rejected"]),
        (GOOD, RowLimits(min_records=99), ["min_records"]),
        (RowFacts(read=100, rejected=0, recorded=50, rows_before=98), RowLimits(max_shrink=Limit(percent=Decimal(30))), ["max_shrink"]),
        (RowFacts(read=100, rejected=0, recorded=90, rows_before=98), RowLimits(max_shrink=Limit(percent=Decimal(30))), []),
        (RowFacts(read=100, rejected=0, recorded=100, shrunk=SHRUNK), RowLimits(), ["incomplete_periods"]),
        (RowFacts(read=100, rejected=0, recorded=100, shrunk=SHRUNK), RowLimits(incomplete_periods=False), []),
        (RowFacts(read=1, rejected=0, recorded=1, columns_changed=(ColumnChange("x", None, ""),)), RowLimits(schema_changed="any"), ["schema_changed"]),
        (RowFacts(read=1, rejected=0, recorded=1, columns_changed=(ColumnChange("x", None, ""),)), RowLimits(schema_changed="read"), []),
    ],
)  # fmt: skip
def test_a_guard_trips_where_it_should(facts, limits, tripped):
    assert [trip.name for trip in judge(facts, limits)] == tripped


def test_an_incomplete_period_is_told_with_its_numbers_and_the_ways_out():
    [trip] = judge(RowFacts(read=100, rejected=0, recorded=100, shrunk=SHRUNK), RowLimits())
    assert "7 periods" in trip.text
    assert "2026-03-01T00:00:00Z has 9, sent were 10" in trip.text
    assert "; and 2 more" in trip.text
    assert "late: append" in trip.text


def test_guards_of_rows_and_of_people_that_are_called_alike_are_settings_of_one_name():
    assert set(row_guards.NAMES) - set(guard.NAMES) == {"incomplete_periods"}
