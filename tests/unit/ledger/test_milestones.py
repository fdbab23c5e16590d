from contextlib import contextmanager

import pytest

from lading import crashpoints
from lading.errors import Bug, Exit, SettingsError
from lading.ledger import LostClaim
from lading.ledger.rows import NewGeneration, Verdict
from lading.model.states import RUN_WAYS, BatchState, RunState


@pytest.mark.parametrize("start", list(RunState))
@pytest.mark.parametrize("end", list(RunState))
def test_only_lawful_ways_are_gone(ledger, claim, sql, start, end):
    sql(f"UPDATE runs SET state = '{start}'")
    if end in RUN_WAYS[start]:
        assert ledger.runs.advance(claim, end).state is end
    else:
        with pytest.raises(Bug):
            ledger.runs.advance(claim, end)
        assert sql("SELECT state FROM runs") == [(str(start),)]


def test_a_plan_is_kept_whole(ledger, claim, planned, books):
    run = ledger.runs.plan(claim, planned(1, 2, 2))
    assert (run.state, run.base_generation, run.books) == (RunState.PLANNED, 0, books())
    assert set(run.files) == {"records", "changes"}
    assert run.files["records"].name == "records-1.parquet"
    batches = ledger.batches.of(run.id)
    assert [(b.no, b.group, b.first, b.last) for b in batches] == [
        (1, 1, 1, 10),
        (2, 2, 11, 20),
        (3, 2, 21, 30),
    ]
    assert {(b.state, b.attempt, b.depth, b.epoch) for b in batches} == {(BatchState.READY, 0, 0, 1)}


class PowerCut(Exception):
    pass


@pytest.fixture
def power_cut():
    """The process ends at a crash point: what follows in the code never happens."""

    @contextmanager
    def at(point):
        def cut(name):
            if name == point:
                raise PowerCut

        with crashpoints.hooked(cut), pytest.raises(PowerCut):
            yield

    return at


def test_a_power_cut_before_a_plan_is_committed_leaves_nothing_of_it(ledger, claim, planned, power_cut):
    before = ledger.runs.get(claim.run_id)
    with power_cut("ledger.planned.before_commit"):
        ledger.runs.plan(claim, planned())
    assert ledger.runs.get(claim.run_id) == before
    assert ledger.batches.of(claim.run_id) == ()


def test_a_power_cut_before_a_membership_is_committed_leaves_the_one_before(
    ledger, delivering, a_file, books, power_cut
):
    committing(ledger, delivering)
    before = ledger.runs.get(delivering.run_id)
    files = NewGeneration(index=a_file("index"), segments=(a_file("segment"),), members=30)
    verdict = Verdict(state=RunState.DONE, books=books(30), exit_code=0, generation=files)
    with power_cut("ledger.done.before_commit"):
        ledger.runs.commit_generation(delivering, verdict)
    assert ledger.runs.get(delivering.run_id) == before
    assert ledger.audiences.get(delivering.target).generation == 0
    assert ledger.audiences.generation(delivering.target) is None
    assert ledger.runs.commit_generation(delivering, verdict).over


def test_a_plan_without_changes_has_no_batches(ledger, claim, planned):
    plan = planned()
    ledger.runs.plan(claim, type(plan)(base_generation=0, files={}, batches=(), books=plan.books))
    assert ledger.batches.of(claim.run_id) == ()


def test_an_old_plan_is_refused(ledger, claim, planned, new_audience, sql):
    ledger.audiences.creating(claim, new_audience)
    sql("UPDATE audiences SET generation = 4")
    with pytest.raises(SettingsError, match=r"moved on.*Plan again") as caught:
        ledger.runs.plan(claim, planned(base_generation=3))
    assert caught.value.problem_code == "stale_plan"
    assert ledger.runs.get(claim.run_id).state is RunState.READING
    assert ledger.runs.plan(claim, planned(base_generation=4)).base_generation == 4


def test_a_tripped_guard_is_part_of_the_plan(ledger, claim, planned):
    run = ledger.runs.plan(claim, planned(tripped=[("max_removals", "30 of 40 would go")]))
    assert (run.state, run.problem_code, run.problem_message) == (
        RunState.GUARDED,
        "max_removals",
        "30 of 40 would go",
    )
    assert len(ledger.batches.of(run.id)) == 3


def test_an_accepted_guard_is_written_down(ledger, claim, planned, clock):
    ledger.runs.plan(claim, planned(tripped=[("max_removals", "30 of 40 would go")]))
    run = ledger.runs.advance(claim, RunState.DELIVERING, accepted_guards=("max_removals",))
    assert run.accepted_guards == ("max_removals",)
    assert (run.problem_code, run.started_at) == (None, clock.now())


def committing(ledger, claim):
    ledger.runs.advance(claim, RunState.SETTLING)
    ledger.runs.advance(claim, RunState.COMMITTING)


def test_the_commit_moves_everything_at_once(ledger, delivering, a_file, books, clock):
    committing(ledger, delivering)
    segments = (a_file("segment-1.parquet"), a_file("segment-2.parquet"))
    generation = NewGeneration(index=a_file("index-1.parquet"), segments=segments, members=30)
    verdict = Verdict(
        state=RunState.DONE,
        books=books(30),
        exit_code=Exit.REFUSED,
        files={"waybill": a_file("waybill.parquet")},
        generation=generation,
    )
    run = ledger.runs.commit_generation(delivering, verdict)
    assert (run.state, run.over, run.owner, run.ended_at) == (RunState.DONE, True, None, clock.now())
    assert (run.books, run.exit_code) == (books(30), 6)
    assert set(run.files) == {"records", "changes", "waybill"}
    assert ledger.audiences.get(run.target).generation == 1
    kept = ledger.audiences.generation(run.target)
    assert (kept.number, kept.run, kept.members, kept.index.name) == (1, run.id, 30, "index-1.parquet")
    assert kept.segments == segments
    assert ledger.audiences.generations(run.target) == (kept,)


def test_a_run_without_changes_ends_without_a_generation(ledger, claim, planned, books):
    ledger.runs.plan(claim, planned())
    ledger.runs.advance(claim, RunState.COMMITTING)
    run = ledger.runs.commit_generation(claim, Verdict(state=RunState.DONE, books=books(), exit_code=0))
    assert run.over
    assert ledger.audiences.generation(run.target) is None


def test_a_failed_run_says_why_and_keeps_what_was_confirmed(ledger, delivering, a_file, books):
    committing(ledger, delivering)
    generation = NewGeneration(index=a_file("index"), segments=(a_file("segment"),), members=10)
    verdict = Verdict(
        state=RunState.FAILED,
        books=books(10),
        exit_code=7,
        generation=generation,
        problem=("stuck", "job gone"),
    )
    run = ledger.runs.commit_generation(delivering, verdict)
    assert (run.state, run.problem_code, run.problem_message) == (RunState.FAILED, "stuck", "job gone")
    assert ledger.audiences.generation(run.target).members == 10


def test_a_membership_that_moved_meanwhile_is_never_overwritten(ledger, delivering, a_file, books, sql):
    committing(ledger, delivering)
    sql("UPDATE audiences SET generation = 1")
    generation = NewGeneration(index=a_file("index"), segments=(), members=30)
    with pytest.raises(LostClaim, match="committed by another run"):
        ledger.runs.commit_generation(
            delivering, Verdict(state=RunState.DONE, books=books(), exit_code=0, generation=generation)
        )
    assert ledger.runs.get(delivering.run_id).state is RunState.COMMITTING


def test_a_run_that_was_never_planned_commits_no_membership(ledger, claim, a_file, books):
    generation = NewGeneration(index=a_file("index"), segments=(), members=30)
    with pytest.raises(Bug, match="never planned"):
        ledger.runs.commit_generation(
            claim, Verdict(state=RunState.FAILED, books=None, exit_code=1, generation=generation)
        )


def test_the_open_batches_of_a_run_that_ends_are_named(ledger, delivering, pace, clock, books):
    one, two, three = ledger.batches.of(delivering.run_id)
    ledger.batches.mark_sending(delivering, one, pace)
    ledger.batches.mark_sent(delivering, one, "job-1", next_poll_at=clock.now())
    ledger.batches.mark_stuck(delivering, one, problem="gone")
    ledger.batches.mark_sending(delivering, two, pace)
    ledger.runs.commit_generation(delivering, Verdict(state=RunState.FAILED, books=books(), exit_code=7))
    left = ledger.unsettled.of(delivering.target)
    assert [(b.no, b.state) for b in left] == [(1, BatchState.STUCK), (2, BatchState.UNKNOWN)]
    assert left[1].maybe_sent
    assert ledger.batches.get(three.run, three.no).state is BatchState.READY


def test_a_run_says_in_the_audit_that_it_began_and_ended(ledger, claim, worker):
    ledger.runs.advance(claim, RunState.CANCELLED)
    entries = ledger.audit.latest()
    assert [entry.what for entry in entries] == ["run cancelled", "run created"]
    assert {(entry.who, entry.where["run"]) for entry in entries} == {(str(worker.owner), claim.run_id)}
