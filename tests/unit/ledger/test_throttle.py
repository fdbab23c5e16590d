from datetime import UTC, datetime, timedelta

from lading.ledger.throttle import LEAST, lowered, share_at

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_429_takes_a_third_and_a_minute_gives_a_tenth():
    assert lowered(1.0) == 0.7
    assert share_at(0.7, START, START + timedelta(minutes=1)) == 0.7 + 0.1
    assert share_at(0.7, START, START + timedelta(hours=1)) == 1.0


def test_a_clock_that_lags_gives_nothing_back_and_takes_nothing():
    assert share_at(0.5, START, START - timedelta(hours=1)) == 0.5


def test_something_is_always_left():
    assert lowered(LEAST) == LEAST
