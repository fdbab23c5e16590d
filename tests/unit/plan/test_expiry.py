"""When members are sent again, and who expires if they are not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.model.forecast import Expiring, forecast
from lading.plan import expiry
from lading.plan.expiry import horizon

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=397))


@pytest.mark.parametrize(
    ("ttl", "gap", "by", "spread"),
    [(397, 1, 8, 129 + 2 / 3), (30, 1, 8, 22 / 3), (7, 1, 3, 4 / 3), (30, 30, 30, 0), (2, 7, 7, 0)],
)
def test_a_week_beyond_the_next_run_and_less_where_lives_are_short(ttl, gap, by, spread):
    due = horizon(NOW, NOW + gap * DAY, ttl * DAY)
    assert ((due.by - NOW) / DAY, due.spread / DAY) == pytest.approx((by, spread))


@given(ttl=spans, gap=spans)
def test_nobody_is_due_again_at_the_next_run_if_that_can_be(ttl, gap):
    due = horizon(NOW, NOW + gap, ttl)
    assert due.by >= NOW + gap
    assert (due.by - NOW) + due.spread <= max(ttl, gap)


def test_periods_add_up_and_weeks_stand_alone():
    found = forecast(
        [Expiring(0, 5, 1), Expiring(6, 2), Expiring(7, 10), Expiring(40, 3)], now=NOW, ttl=99 * DAY
    )
    assert [(one.days, one.members, one.absent) for one in found.within] == [
        (7, 7, 1),
        (30, 17, 1),
        (90, 20, 1),
    ]
    assert [one.members for one in found.weeks] == [7, 10, 0, 0, 0, 3, *[0] * 7]
    assert found.weeks[1].until == NOW + 14 * DAY


def test_who_is_sent_begins_anew():
    counts = expiry.as_counts([Expiring(3, 4, 4)], horizon(NOW, NOW + DAY, 20 * DAY))
    found = expiry.of_counts(counts, now=NOW, ttl=20 * DAY, sent=50, refreshes=True)
    assert [one.members for one in found.within] == [4, 54, 54]
    assert (found.next_run, found.refresh_by) == (NOW + DAY, NOW + DAY + 19 * DAY / 3)


def test_a_mode_that_refreshes_nobody_names_no_moment():
    counts = expiry.as_counts([], horizon(NOW, NOW + DAY, 20 * DAY))
    assert expiry.of_counts(counts, now=NOW, ttl=20 * DAY, sent=0, refreshes=False).refresh_by is None


def test_a_plan_of_before_there_were_forecasts_has_none():
    assert expiry.of_counts({"members": 3}, now=NOW, ttl=DAY, sent=0, refreshes=True) is None
