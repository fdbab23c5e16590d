"""When a sync is expected to run again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from lading.model.states import RunState
from lading.service.schedules.next_run import horizon_of, next_run
from lading.settings.syncs import Schedule

NOW = datetime(2026, 3, 27, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def parts(schedules, *runs):
    audience = SimpleNamespace(ttl=30 * DAY)
    syncs = {
        name: SimpleNamespace(
            schedule=schedule and Schedule(**schedule), to=SimpleNamespace(audience=audience)
        )
        for name, schedule in schedules.items()
    }
    line = [
        SimpleNamespace(
            created_at=NOW - ago * DAY,
            state=state,
            over=state in {RunState.DONE, RunState.CANCELLED},
            sync=sync[0] if sync else "a/us",
        )
        for ago, state, *sync in runs
    ]
    runs_of = SimpleNamespace(list=lambda limit, target: tuple(line)[:limit])
    return SimpleNamespace(
        settings=SimpleNamespace(syncs=syncs), sync=syncs.__getitem__, ledger=SimpleNamespace(runs=runs_of)
    )


def ahead(schedules, *runs):
    return next_run(parts(schedules, *runs), "a", "target", NOW) - NOW


def test_the_cron_line_in_its_time_zone():
    nightly = {"a": {"cron": "0 3 * * *", "timezone": "Europe/Berlin"}}
    assert ahead(nightly) == timedelta(minutes=30)
    assert ahead({"a": {"cron": "0 3 * * 1"}}) == timedelta(days=3, hours=1, minutes=30)


def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is():
    before = parts({"a": {"cron": "30 1 * * *", "timezone": "Europe/Berlin"}})
    assert next_run(before, "a", "target", datetime(2026, 3, 28, 0, 30, tzinfo=UTC)) == datetime(
        2026, 3, 29, 0, 30, tzinfo=UTC
    )


def test_what_comes_after_a_sync_goes_by_that_ones_schedule():
    chain = {"a": {"after": "b"}, "b": {"after": "c"}, "c/us": {"cron": "0 3 * * *"}}
    assert ahead(chain) == timedelta(minutes=90)


@pytest.mark.parametrize(
    "schedules", [{"a": None}, {"a": {"after": "b"}, "b": None}, {"a": {"after": "b"}, "b": {"after": "a"}}]
)
def test_without_a_schedule_it_goes_by_habit(schedules):
    assert ahead(schedules) == DAY
    assert ahead(schedules, (0.1, RunState.DONE)) == DAY
    assert ahead(schedules, (0, RunState.READING), (2, RunState.CANCELLED), (7, RunState.DONE)) == 7 * DAY
    # Another sync, over the same audience, has a habit of its own.
    assert ahead(schedules, (2, RunState.DONE, "leavers"), (7, RunState.DONE)) == 7 * DAY


def test_a_cron_line_that_never_comes_is_none():
    assert ahead({"a": {"cron": "0 0 30 2 1"}}) >= DAY


def test_the_horizon_is_that_of_the_audience():
    due = horizon_of(parts({"a": None}), "a", "target", 30 * DAY, NOW)
    assert (due.by - NOW, due.spread) == (8 * DAY, 22 * DAY / 3)
