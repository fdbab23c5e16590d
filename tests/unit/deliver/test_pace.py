"""Whose turn it is: permits are taken in the ledger, and whoever has none waits."""

from datetime import UTC, datetime, timedelta

import pytest

from lading.clock import ManualClock
from lading.deliver.pace import Pace
from lading.ledger import open_home
from lading.ledger.rows import Pace as Allowance

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def pace(tmp_path):
    clock = ManualClock(START)
    with open_home(tmp_path, clock, environ={}) as ledger:
        yield Pace(ledger, clock, Allowance("main", 1, 6000))


def test_the_next_request_waits_until_the_pace_allows_it(pace):
    pace.wait_turn()
    assert pace.clock.now() == START
    pace.wait_turn()
    assert pace.clock.now() == START + SECOND


def test_a_turn_that_was_taken_ahead_is_used_up_by_one_request(pace):
    assert pace.try_turn()
    assert not Pace(pace.ledger, pace.clock, pace.allowance).try_turn()
    pace.wait_turn()
    assert pace.clock.now() == START
    pace.wait_turn()
    assert pace.clock.now() == START + SECOND


def test_a_turn_that_was_paid_with_its_batch_takes_no_permit(pace):
    pace.prepay()
    pace.wait_turn()
    pace.wait_turn()
    assert pace.clock.now() == START


def test_whoever_is_throttled_is_silent_as_long_as_amazon_asks(pace):
    pace.throttled(30)
    pace.wait_turn()
    assert pace.clock.now() == START + 30 * SECOND
