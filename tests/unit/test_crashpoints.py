import os
import signal
import subprocess
import sys

import pytest

from lading import crashpoints
from lading.errors import Bug
from lading.model.states import BATCH_WAYS, RUN_WAYS

POINT = "ledger.planned.before_commit"


def test_a_moment_that_nobody_waits_for_changes_nothing():
    crashpoints.reach(POINT)


def test_an_unknown_moment_is_a_bug():
    with pytest.raises(Bug, match=r"no crash point is called 'ledger.lunch'"):
        crashpoints.reach("ledger.lunch")


def test_a_hook_sees_each_moment_as_long_as_it_hangs():
    seen = []
    with crashpoints.hooked(seen.append):
        crashpoints.reach(POINT)
        crashpoints.reach("segment.after_fsync")
    crashpoints.reach(POINT)
    assert seen == [POINT, "segment.after_fsync"]


def test_every_arrow_of_runs_and_batches_is_a_moment_before_and_after_its_commit():
    arrows = {str(to) for ways in (RUN_WAYS, BATCH_WAYS) for ends in ways.values() for to in ends}
    assert {
        f"ledger.{to}.{when}" for to in arrows for when in ("before_commit", "after_commit")
    } <= crashpoints.POINTS


def reach_three_times(wish):
    script = f"from lading import crashpoints\nfor n in (1, 2, 3):\n    print(n, flush=True)\n    crashpoints.reach({POINT!r})"
    environ = {**os.environ, "LADING_CRASH_AT": wish}
    return subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("wish", "reached"), [(POINT, 1), (f"{POINT}:2", 2), (f"{POINT}:3", 3), ("*:2", 2)])
def test_the_environment_kills_at_the_nth_time(wish, reached):
    done = reach_three_times(wish)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [str(n + 1) for n in range(reached)]


@pytest.mark.parametrize("wish", ["", f"{POINT}:4", "ledger.planned.after_commit"])
def test_what_is_not_reached_does_not_kill(wish):
    assert reach_three_times(wish).returncode == 0


@pytest.mark.parametrize("wish", ["ledger.lunch", f"{POINT}:soon"])
def test_a_wish_that_names_nothing_is_said_so(wish):
    assert "LADING_CRASH_AT names no crash point" in reach_three_times(wish).stderr
