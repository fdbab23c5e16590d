from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.clock import ManualClock
from lading.ledger import open_ledger
from lading.ledger.rows import Pace

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def grant(ledger, pace, now):
    """Ask until it is granted, as a sleeper would; the moment of the grant."""
    while wait := ledger.permits.take(pace, now):
        assert wait > now
        now = wait
    return now


def most_in(moments, window):
    """The most that any window (begin, begin + window] holds."""
    return max(sum(1 for other in moments if moment <= other < moment + window) for moment in moments)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_second=st.integers(1, 4),
    per_hour=st.integers(3, 20),
    gaps=st.lists(st.sampled_from([0, 0.1, 0.4, 1, 2, 900]), min_size=1, max_size=40),
)
def test_no_sliding_window_ever_holds_more_than_allowed(tmp_path_factory, per_second, per_hour, gaps):
    url = f"sqlite:///{tmp_path_factory.mktemp('permits')}/ledger.db"
    pace = Pace("main", per_second, per_hour)
    moments, now = [], START
    with open_ledger(url, ManualClock(START), home_id=None) as ledger:
        for gap in gaps:
            now = grant(ledger, pace, now + timedelta(seconds=gap))
            moments.append(now)
    assert most_in(moments, SECOND) <= per_second
    assert most_in(moments, HOUR) <= per_hour


def test_as_many_are_granted_as_the_pace_allows(ledger):
    pace = Pace("main", 10, 25)
    moments = []
    now = START
    for _ in range(26):
        now = grant(ledger, pace, now)
        moments.append(now)
    expected = [*[START] * 10, *[START + SECOND] * 10, *[START + 2 * SECOND] * 5, START + HOUR]
    assert moments == expected


def test_a_slow_pace_is_one_request_in_several_seconds(ledger):
    pace = Pace("main", 0.5, 100)
    assert [grant(ledger, pace, START) for _ in range(1)] == [START]
    assert ledger.permits.take(pace, START) == START + 2 * SECOND


def test_scopes_do_not_share_their_pace(ledger):
    assert ledger.permits.take(Pace("one", 1, 1), START) is None
    assert ledger.permits.take(Pace("two", 1, 1), START) is None
    assert ledger.permits.take(Pace("one", 1, 1), START) == START + HOUR


def test_a_pause_silences_its_scope_and_the_longer_one_stays(ledger, pace):
    ledger.permits.pause("main", START + 9 * SECOND)
    ledger.permits.pause("main", START + 5 * SECOND)
    assert ledger.permits.take(pace, START) == START + 9 * SECOND
    assert ledger.permits.take(Pace("other", 1, 1), START) is None
    assert ledger.permits.take(pace, START + 9 * SECOND) is None


def test_a_clock_that_lags_behind_another_cannot_smuggle_requests_into_the_past(ledger):
    pace = Pace("main", 1, 100)
    assert ledger.permits.take(pace, START) is None
    assert ledger.permits.take(pace, START - 30 * SECOND) == START + SECOND


def test_a_request_by_a_lagging_clock_counts_as_one_of_now(ledger):
    pace = Pace("main", 2, 100)
    assert ledger.permits.take(pace, START) is None
    assert ledger.permits.take(pace, START - 30 * SECOND) is None
    assert ledger.permits.take(pace, START) == START + SECOND


def test_a_clock_that_was_days_ahead_does_not_stop_everything(ledger):
    pace = Pace("main", 1, 1)
    assert ledger.permits.take(pace, START + timedelta(days=3)) is None
    assert ledger.permits.take(pace, START) is None


@pytest.mark.parametrize(("later", "left"), [(HOUR - SECOND, 2), (HOUR, 1)])
def test_permits_that_no_window_reaches_are_swept(ledger, pace, sql, later, left):
    ledger.permits.take(pace, START)
    ledger.permits.take(pace, START + later)
    assert sql("SELECT count(*) FROM permits") == [(left,)]


def test_records_are_counted_by_the_hour_and_the_connection(ledger):
    pace = Pace("main", 100, 6000, lane="c-1", records_per_hour=1000)
    assert ledger.permits.take(pace, START, 600) is None
    assert ledger.permits.take(pace, START + 60 * SECOND, 400) is None
    assert ledger.permits.take(pace, START + 120 * SECOND, 1) == START + HOUR
    assert ledger.permits.take(pace, START + 120 * SECOND, 600) == START + HOUR
    assert ledger.permits.take(pace, START + 120 * SECOND, 601) == START + HOUR + 60 * SECOND
    assert ledger.permits.take(replace(pace, lane="c-2"), START + 120 * SECOND, 1000) is None
    assert ledger.permits.take(replace(pace, scope="other"), START + 120 * SECOND, 1) == START + HOUR


def test_a_request_without_records_needs_no_room_for_any(ledger):
    pace = Pace("main", 100, 6000, lane="c-1", records_per_hour=10)
    assert ledger.permits.take(pace, START, 10) is None
    assert ledger.permits.take(pace, START) is None


def test_a_request_larger_than_the_hour_goes_when_the_hour_is_empty(ledger):
    pace = Pace("main", 100, 6000, lane="c-1", records_per_hour=10)
    assert ledger.permits.take(pace, START, 50) is None
    assert ledger.permits.take(pace, START, 50) == START + HOUR
    assert ledger.permits.take(pace, START + HOUR, 50) is None


def test_after_a_429_the_pace_is_lower_and_recovers(ledger, clock):
    pace = Pace("main", 10, 6000)
    ledger.permits.pause("main", clock.now())
    assert ledger.permits.share("main", clock.now()) == pytest.approx(0.7)
    moments, now = [], clock.now()
    for _ in range(8):
        now = grant(ledger, pace, now)
        moments.append(now)
    assert moments == [START] * 7 + [START + SECOND]
    assert ledger.permits.share("main", START + timedelta(minutes=2)) == pytest.approx(0.9)
    assert ledger.permits.share("main", START + timedelta(minutes=9)) == 1
    assert ledger.permits.share("other", START) == 1


def test_those_who_hear_the_same_429_lower_the_pace_once(ledger, clock):
    for _ in range(3):
        ledger.permits.pause("main", START + 2 * SECOND)
    assert ledger.permits.share("main", START) == pytest.approx(0.7)
    clock.advance(2 * SECOND)
    ledger.permits.pause("main", START + 9 * SECOND)
    assert ledger.permits.share("main", clock.now()) == pytest.approx((0.7 + 2 / 600) * 0.7)


def test_the_pace_never_stops(ledger, clock):
    for _ in range(50):
        ledger.permits.pause("main", clock.now())
    assert ledger.permits.share("main", clock.now()) == pytest.approx(0.05)
    assert grant(ledger, Pace("main", 10, 6000), START) == START
    assert ledger.permits.take(Pace("main", 10, 6000), START) == START + 2 * SECOND


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 40),
    sent=st.lists(st.tuples(st.sampled_from([0, 5, 600, 3000]), st.integers(0, 15)), min_size=1, max_size=30),
)
def test_no_sliding_hour_ever_holds_more_records_than_allowed(tmp_path_factory, limit, sent):
    url = f"sqlite:///{tmp_path_factory.mktemp('permits')}/ledger.db"
    pace = Pace("main", 1000, 100_000, lane="c", records_per_hour=limit)
    done, now = [], START
    with open_ledger(url, ManualClock(START), home_id=None) as ledger:
        for gap, records in sent:
            now += timedelta(seconds=gap)
            while wait := ledger.permits.take(pace, now, records):
                now = wait
            done.append((now, records))
    for moment, _ in done:
        held = [records for other, records in done if moment <= other < moment + HOUR]
        assert sum(held) <= max(limit, *held)


def test_what_is_in_use_is_told(ledger):
    pace = Pace("main", 10, 100, lane="us", records_per_hour=1000)
    for seconds, records in ((0, 5), (1800, 7), (1800.5, 0), (1801, 8)):
        assert ledger.permits.take(pace, START + timedelta(seconds=seconds), records) is None
    used = ledger.permits.used(pace, START + timedelta(seconds=1801))
    assert (used.second, used.hour, used.records, used.throttled) == (2, 4, 20, 0)
    assert (used.share, used.silent) == (1.0, timedelta(0))
    assert ledger.permits.used(pace, START + HOUR).records == 15
    now = ledger.permits._store.clock.now()
    for seconds in (60, 30):
        ledger.permits.pause("main", now + timedelta(seconds=seconds))
    after = ledger.permits.used(pace, now)
    assert (after.throttled, after.silent, after.share < 1) == (2, timedelta(seconds=60), True)
