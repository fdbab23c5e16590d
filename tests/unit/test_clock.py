"""A sandbox's clock is read and waited on, and its silence is said plainly."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from lading.clock import DoorClock, ManualClock, RealClock, StoppableClock
from lading.errors import GaveUp, StillProcessing


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


@pytest.mark.parametrize("inner", [RealClock(), ManualClock(datetime(2026, 1, 5, tzinfo=UTC))])
def test_who_sleeps_is_woken_when_the_process_is_to_end(inner):
    stop = threading.Event()
    clock = StoppableClock(inner, stop)
    clock.sleep_until(clock.now())
    threading.Timer(0.01, stop.set).start() if isinstance(inner, RealClock) else stop.set()
    with pytest.raises(StillProcessing, match="goes on from here") as stopped:
        clock.sleep_until(clock.now() + timedelta(hours=1))
    assert stopped.value.problem_code == "stopped"
