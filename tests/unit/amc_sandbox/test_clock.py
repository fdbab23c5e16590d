from datetime import UTC, datetime, timedelta

import pytest

from amc_sandbox.clock import MANUAL_START, SandboxClock, from_micros, iso, micros, stamp


class Wall:
    """The machine's seconds, moved by hand."""

    def __init__(self):
        self.seconds = 1_800_000_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def wall():
    return Wall()


def minutes(number):
    return timedelta(minutes=number)


def test_a_real_clock_is_the_wall_s(wall):
    clock = SandboxClock(wall=wall)
    wall.seconds += 60

    assert clock.now() == datetime.fromtimestamp(wall.seconds, UTC)


def test_speed_counts_from_now_on(wall):
    clock = SandboxClock(wall=wall)
    start = clock.now()
    wall.seconds += 60
    clock.run(speed=10)
    wall.seconds += 60

    assert clock.now() == start + minutes(11)


def test_a_manual_clock_stands(wall):
    clock = SandboxClock("manual", wall=wall)
    wall.seconds += 60
    assert clock.now() == MANUAL_START

    clock.advance(minutes(1))

    assert clock.now() == MANUAL_START + minutes(1)


def test_it_changes_its_mode_without_a_jump(wall):
    clock = SandboxClock("manual", wall=wall)
    clock.run(mode="real")
    assert clock.now() == MANUAL_START
    wall.seconds += 60
    clock.run(mode="manual")
    wall.seconds += 60
    assert clock.now() == MANUAL_START + minutes(1)


def test_it_never_goes_back(wall):
    clock = SandboxClock(wall=wall)
    start = clock.now()
    clock.jump(start - minutes(1))
    assert clock.now() == start
    wall.seconds -= 600

    assert clock.now() == start


def test_sleepers_move_a_manual_clock_when_all_sleep(wall):
    clock = SandboxClock("manual", wall=wall)
    clock.expect(2)
    clock.lie_down(MANUAL_START + minutes(9))
    assert clock.now() == MANUAL_START
    clock.lie_down(MANUAL_START + minutes(5))
    assert clock.now() == MANUAL_START + minutes(5)
    clock.get_up(MANUAL_START + minutes(5))
    clock.lie_down(MANUAL_START + minutes(7))
    assert clock.now() == MANUAL_START + minutes(7)


def test_one_who_leaves_no_longer_counts(wall):
    clock = SandboxClock("manual", wall=wall)
    clock.expect(2)
    clock.lie_down(MANUAL_START + minutes(5))
    clock.get_up(MANUAL_START + minutes(5))
    clock.expect(1)

    assert clock.now() == MANUAL_START


def test_sleepers_do_not_move_a_real_clock(wall):
    clock = SandboxClock(wall=wall)
    start = clock.now()
    clock.lie_down(start + minutes(5))

    assert clock.now() == start


def test_a_restart_goes_on_at_the_wall_s_pace(wall):
    clock = SandboxClock(wall=wall)
    clock.run(speed=1000)
    wall.seconds += 60
    setting, seen, seen_wall = clock.setting, clock.now(), wall.seconds
    wall.seconds += 600
    later = SandboxClock(wall=wall)
    later.resume(setting, seen, seen_wall)
    assert later.now() == seen + minutes(10)
    wall.seconds += 60
    assert later.now() == seen + minutes(10 + 1000)


def test_a_restart_never_goes_back(wall):
    clock = SandboxClock(wall=wall)
    seen = clock.now()
    later = SandboxClock(wall=wall)
    later.resume(clock.setting, seen, wall.seconds)
    wall.seconds -= 600

    assert later.now() == seen


def test_a_reset_takes_a_manual_clock_to_its_start(wall):
    clock = SandboxClock("manual", wall=wall)
    clock.run(mode="real", speed=9)
    clock.expect(3)
    clock.restart()

    assert (clock.now(), clock.setting.mode, clock.sleepers) == (MANUAL_START, "manual", 1)


def test_moments_are_kept_whole():
    moment = datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)

    assert from_micros(micros(moment)) == moment
    assert iso(moment) == "2026-01-05T08:00:00.123456+00:00"
    assert stamp(moment) == "2026-01-05T08:00:00Z"
