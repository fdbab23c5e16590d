"""A sandbox's clock is read and waited on, and its silence is said plainly."""

from datetime import timedelta

import pytest

from lading.clock import DoorClock
from lading.errors import GaveUp


@pytest.fixture
def clock(amc_sandbox):
    made = DoorClock(amc_sandbox.url)
    yield made
    made.close()


def test_it_tells_the_sandboxs_time(clock, amc_sandbox):
    assert clock.now() == amc_sandbox.now()


def test_sleeping_moves_a_manual_clock(clock, amc_sandbox):
    moment = amc_sandbox.now() + timedelta(hours=3)
    clock.sleep_until(moment)
    assert amc_sandbox.now() >= moment


def test_a_sandbox_that_is_gone_is_named():
    gone = DoorClock("http://127.0.0.1:9")
    with pytest.raises(GaveUp, match="LADING_CLOCK") as stopped:
        gone.now()
    gone.close()
    assert stopped.value.exit_code == 7
