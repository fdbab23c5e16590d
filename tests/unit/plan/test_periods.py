from datetime import UTC, datetime, timedelta

import pytest

from lading.ledger.dataset_rows import Period
from lading.plan.periods import (
    REASONS,
    Outcome,
    Picking,
    Read,
    edge,
    left_out,
    picking,
    plan_periods,
    start_of,
)

DAYS = [f"2026-03-{day:02}T00:00:00Z" for day in range(1, 11)]
NOON = datetime(2026, 3, 10, 12, 30, 15, tzinfo=UTC)


def read(*days, rows=10, digest="new"):
    return [Read(DAYS[day - 1], rows, digest) for day in days]


def sent(*days, rows=10, digest="old"):
    return {DAYS[day - 1]: Period(rows, digest) for day in days}


def outcomes(plans):
    return {int(one.start[8:10]): str(one.outcome) for one in plans}


@pytest.mark.parametrize(
    ("strategy", "late", "keyed", "how"),
    [
        ("OVERLAP_REPLACE", "replace", False, Picking.PERIODS),
        ("OVERLAP_REPLACE", "ignore", False, Picking.NEW_PERIODS),
        ("OVERLAP_KEEP", "replace", False, Picking.NEW_PERIODS),
        ("ADDITIVE", "append", True, Picking.NEW_ROWS),
        ("ADDITIVE", "replace", False, Picking.ADDITIONS),
        ("FULL_REPLACE", "replace", True, Picking.EVERYTHING),
    ],
)
def test_the_strategy_says_what_is_picked(strategy, late, keyed, how):
    assert picking(strategy, late, keyed=keyed) is how


@pytest.mark.parametrize(
    ("period", "start"),
    [("PT1H", "2026-03-10T12:00:00Z"), ("P1D", "2026-03-10T00:00:00Z"), ("P1M", "2026-03-01T00:00:00Z")],
)
def test_a_period_begins_on_its_hour_day_or_month(period, start):
    assert start_of(NOON, period) == start


def test_the_lookback_reaches_back_to_the_start_of_its_period():
    assert edge(NOON, timedelta(days=2), "P1D") == DAYS[7]
    assert edge(NOON, timedelta(days=2), "P1M") == DAYS[0]
    assert edge(NOON, timedelta(), "P1D") == DAYS[9]
    assert edge(None, timedelta(days=2), "P1D") is None


def test_replace_sends_changed_and_new_periods_whole_and_leaves_out_what_is_older_than_the_lookback():
    source = [*read(1), *read(8, digest="old"), *read(9, 10)]
    plans = plan_periods(source, sent(1, 8, 9), Picking.PERIODS, DAYS[7])
    assert outcomes(plans) == {1: "late", 8: "unchanged", 9: "send", 10: "send"}
    assert left_out(plans) == {"late": 10, "unchanged": 10}
    assert {one.before for one in plans} == {10, None}


def test_an_old_period_that_is_as_it_was_sent_is_not_late():
    [one] = plan_periods(read(1, digest="old"), sent(1), Picking.PERIODS, DAYS[7])
    assert one.outcome is Outcome.UNCHANGED


def test_a_period_with_fewer_rows_than_were_sent_is_seen():
    fewer, more, new = plan_periods(
        [*read(8, rows=9), *read(9, rows=11), *read(10)], sent(8, 9), Picking.PERIODS, None
    )
    assert (fewer.shrunk, more.shrunk, new.shrunk) == (True, False, False)


def test_a_shrunken_period_that_is_late_stays_as_it_is():
    [one] = plan_periods(read(1, rows=9), sent(1), Picking.PERIODS, DAYS[7])
    assert (one.outcome, one.shrunk) == (Outcome.LATE, False)


def test_ignore_sends_only_periods_that_were_never_sent():
    plans = plan_periods(read(8, 9, 10), sent(8, 9), Picking.NEW_PERIODS, DAYS[8])
    assert outcomes(plans) == {8: "sent_before", 9: "sent_before", 10: "send"}


def test_a_table_is_replaced_if_any_row_of_it_changed():
    one = Read("", 5, "a")
    assert plan_periods([one], {"": Period(5, "a")}, Picking.EVERYTHING, None)[0].outcome is Outcome.UNCHANGED
    assert plan_periods([one], {"": Period(5, "b")}, Picking.EVERYTHING, None)[0].outcome is Outcome.SEND
    assert plan_periods([one], {}, Picking.EVERYTHING, None)[0].outcome is Outcome.SEND


def test_replacing_everything_sends_all_periods_when_one_is_gone():
    plans = plan_periods(read(9, digest="old"), sent(8, 9), Picking.EVERYTHING, DAYS[8])
    assert outcomes(plans) == {9: "send"}


def test_what_is_added_without_a_key_is_not_added_twice_as_it_is():
    plans = plan_periods([*read(8, digest="old"), *read(9)], sent(8, 9), Picking.ADDITIONS, DAYS[8])
    assert outcomes(plans) == {8: "unchanged", 9: "send"}


def test_every_reason_for_leaving_out_has_its_words():
    assert set(REASONS) == set(Outcome) - {Outcome.SEND}
