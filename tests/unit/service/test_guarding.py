"""Limits by mode, and how a run that was stopped says so."""

from dataclasses import fields
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lading.ledger.rows import Run
from lading.model.states import Mode, RunState
from lading.service import guarding
from lading.settings.guards import Guards

COUNTS = {
    "read": 100, "rejected": 0, "recorded": 50, "members": 100, "people_before": 100,
    "changes": {"add": 0, "update": 0, "refresh": 0, "remove": 50, "drop": 0, "share": 0, "unchanged": 50},
}  # fmt: skip


def names(mode, counts=COUNTS, audience=None, **written):
    sync = SimpleNamespace(
        guards=Guards.model_validate(written), mode=Mode(mode), from_=SimpleNamespace(audience=audience)
    )
    return [trip.name for trip in guarding.judged(sync, counts)]


@pytest.mark.parametrize(
    ("mode", "tripped"),
    [
        ("add", ["max_removals"]),
        ("upsert", ["max_shrink", "max_removals"]),
        ("mirror", ["max_removals"]),
        ("remove", []),
    ],
)
def test_some_defaults_mean_nothing_in_a_mode(mode, tripped):
    assert names(mode) == tripped


@pytest.mark.parametrize("mode", Mode)
def test_what_is_written_down_goes_for_every_mode(mode):
    assert names(mode, max_shrink="10%", max_removals="10%") == ["max_shrink", "max_removals"]


def test_a_plans_own_mode_goes_before_the_syncs():
    """An undo removes in mode mirror, whatever its sync does."""
    assert names("remove", {**COUNTS, "mode": "mirror"}) == ["max_removals"]


def a_run(**facts):
    return Run(**{
        **dict.fromkeys((field.name for field in fields(Run)), None), "id": "r-1", "sync": "customers", "mode": Mode.MIRROR,
        "state": RunState.GUARDED, "created_at": datetime(2026, 1, 31, tzinfo=UTC), "files": {}, "accepted_guards": (), **facts,
    })  # fmt: skip


def test_each_guard_is_a_problem_and_one_command_accepts_them_all():
    run = a_run(
        tripped=[["max_removals", "many would go"], ["min_records", "few are there"]], problem_message="both"
    )
    error = guarding.stopped(run)
    assert [(one.code, one.message) for one in error.problems] == [
        ("max_removals", "many would go."),
        (
            "min_records",
            "few are there. Nothing was sent. If this is right: `lading apply customers --accept max_removals --accept min_records`",
        ),
    ]


def test_a_run_of_a_plan_is_accepted_by_that_plan():
    run = a_run(tripped=[["ttl_zero", "ttl is 0"]], plan="p-1", problem_message="ttl is 0")
    assert "`lading apply p-1 --accept ttl_zero`" in str(guarding.stopped(run))


def test_a_run_that_an_older_ledger_holds_waits_for_the_same_guards():
    run = a_run(problem_code="max_removals,min_records", problem_message="many would go; few are there")
    assert guarding.tripped_by(run) == ("max_removals", "min_records")
    [problem] = guarding.stopped(run).problems
    assert problem.message.startswith("many would go; few are there. Nothing was sent.")
    assert guarding.tripped_by(a_run()) == ()


def test_events_name_those_who_leave_and_need_not_bring_anybody():
    assert "max_removals" in names("add", COUNTS, max_removals="10%", audience="vips")
    assert names("add", COUNTS, audience="vips") == []
    assert names("add", {**COUNTS, "recorded": 0, "read": 0}, audience="vips") == []
