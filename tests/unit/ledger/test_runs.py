import os
import sqlite3
from datetime import timedelta

import pytest

from lading.errors import Exit, SettingsError, TargetBusy
from lading.ledger import LostClaim, Worker, new_id, runs
from lading.ledger.rows import NewRun, Verdict
from lading.model.states import RUN_ENDS, BatchState, Mode, RunState


def test_ids_sort_by_time(clock):
    first = new_id("r", clock)
    clock.advance(timedelta(milliseconds=1))
    assert first.startswith("r-")
    assert first < new_id("r", clock)


def test_ids_of_one_moment_sort_as_they_were_made(clock):
    made = [new_id("r", clock) for _ in range(50)]
    assert made == sorted(made)
    assert len(set(made)) == 50


def test_runs_of_one_moment_have_an_order_whatever_their_ids_are(ledger, worker, monkeypatch):
    """Ids of several processes may sort otherwise than they were made."""
    ids = iter(f"r-{letter}" for letter in "cabfed")
    monkeypatch.setattr(runs, "new_id", lambda *_: next(ids))
    for target in "123456":
        ledger.runs.create(NewRun(sync="s", target=target, mode=Mode.ADD), worker)
    assert [run.id[-1] for run in ledger.runs.list()] == list("defbac")
    assert [run.target for run in ledger.runs.all_unfinished()] == list("123456")


def test_a_run_begins_reading_and_held(ledger, claim, worker, clock):
    run = ledger.runs.get(claim.run_id)
    assert (run.state, run.owner, run.epoch) == (RunState.READING, str(worker.owner), 1)
    assert (run.sync, run.target, run.mode) == ("newsletter", "main/newsletter", Mode.ADD)
    assert run.created_at == run.claimed_at == clock.now()
    assert not run.over
    assert run.beat is not None


def test_the_wait_of_a_run_becomes_its_deadline(ledger, worker, clock):
    new = NewRun(sync="s", target="main/s", mode=Mode.ADD, max_wait=timedelta(minutes=5))
    run = ledger.runs.get(ledger.runs.create(new, worker).run_id)
    assert run.deadline == clock.now() + timedelta(minutes=5)
    assert run.max_wait_seconds == 300


def test_a_target_takes_one_run_at_a_time_and_says_who_has_it(ledger, claim, worker, new_run):
    with pytest.raises(TargetBusy) as caught:
        ledger.runs.create(new_run, worker)
    words = str(caught.value)
    assert claim.run_id in words
    assert f"process {os.getpid()}" in words
    assert "2026-03-01 12:00:00 UTC" in words
    assert "Wait until it ends" in words
    assert caught.value.exit_code is Exit.BUSY


def test_a_run_that_nobody_holds_has_to_be_finished_first(ledger, claim, worker, new_run):
    claim.release()
    with pytest.raises(TargetBusy, match=f"lading follow {claim.run_id}") as caught:
        ledger.runs.create(new_run, worker)
    assert caught.value.problem_code == "unfinished_run"


@pytest.mark.parametrize("state", sorted(set(RunState) - RUN_ENDS))
def test_the_database_itself_holds_two_unfinished_runs_of_a_target_apart(ledger, claim, sql, state):
    copy = (
        "INSERT INTO runs (id, sync, target, mode, state, epoch, created_at, files, accepted_guards) "
        f"SELECT 'r-2', sync, target, mode, '{{}}', 1, 0, files, accepted_guards FROM runs WHERE id = '{claim.run_id}'"
    )
    sql(copy.format("done"))
    sql("DELETE FROM runs WHERE id = 'r-2'")
    with pytest.raises(Exception, match=r"UNIQUE constraint failed: runs.target"):
        sql(copy.format(state))


def test_other_targets_are_free(ledger, claim, worker):
    other = NewRun(sync="other", target="main/other", mode=Mode.ADD)
    assert ledger.runs.create(other, worker).run_id != claim.run_id


def test_a_finished_run_frees_its_target(ledger, claim, worker, new_run):
    ledger.runs.advance(claim, RunState.CANCELLED)
    assert ledger.runs.unfinished(new_run.target) is None
    again = ledger.runs.create(new_run, worker)
    assert ledger.runs.unfinished(new_run.target).id == again.run_id


def test_a_run_of_a_living_holder_cannot_be_claimed(ledger, claim, home):
    with Worker(home) as other, pytest.raises(TargetBusy, match="Wait until it ends"):
        ledger.runs.claim(claim.run_id, other)


def test_a_released_run_goes_on_where_it_stood(ledger, claim, planned, home):
    ledger.runs.plan(claim, planned())
    claim.release()
    with Worker(home) as other:
        taken = ledger.runs.claim(claim.run_id, other)
        run = ledger.runs.get(claim.run_id)
        assert (taken.epoch, run.epoch, run.owner) == (2, 2, str(other.owner))
        assert run.state is RunState.PLANNED


def test_a_run_of_a_dead_holder_is_taken_over(ledger, worker, new_run, home):
    dead = Worker(home)
    claim = ledger.runs.create(new_run, dead)
    os.close(dead._lock)
    assert ledger.runs.claim(claim.run_id, worker).epoch == 2
    with pytest.raises(LostClaim, match="taken over"):
        claim.beat()


def test_a_holder_on_another_host_is_dead_after_a_minute_by_the_databases_clock(ledger, claim, worker, sql):
    sql("UPDATE runs SET owner = 'elsewhere#1/w/1', beat = beat - 50 * 1000000")
    with pytest.raises(TargetBusy, match="on elsewhere has held it"):
        ledger.runs.claim(claim.run_id, worker)
    sql("UPDATE runs SET beat = beat - 11 * 1000000")
    assert ledger.runs.claim(claim.run_id, worker).epoch == 2


def test_of_two_who_saw_the_same_free_run_one_gets_it(ledger, claim, worker, home):
    claim.release()
    seen = ledger.runs.get(claim.run_id)
    with Worker(home) as other:
        ledger.runs.claim(claim.run_id, other)
        late = ledger.runs._claim(claim.run_id, claim.target, worker, epoch=2)
        with pytest.raises(TargetBusy, match="same moment"), ledger._store.write("claimed") as connection:
            ledger.runs._take(connection, seen, late, worker)
        assert ledger.runs.get(claim.run_id).owner == str(other.owner)


def test_a_run_that_is_over_cannot_be_claimed(ledger, claim, worker):
    ledger.runs.advance(claim, RunState.CANCELLED)
    with pytest.raises(SettingsError, match="is over") as caught:
        ledger.runs.claim(claim.run_id, worker)
    assert caught.value.problem_code == "run_over"


def test_a_run_that_does_not_exist_is_said_so(ledger):
    with pytest.raises(SettingsError, match="there is no run r-none"):
        ledger.runs.get("r-none")


def test_what_was_on_its_way_when_its_holder_fell_is_unknown(ledger, delivering, worker, pace, clock):
    batch = ledger.batches.to_send(delivering.run_id, clock.now())[0]
    sent_at = clock.now()
    assert ledger.batches.mark_sending(delivering, batch, pace) is None
    delivering.release()
    clock.advance(timedelta(hours=1))
    ledger.runs.claim(delivering.run_id, worker)
    orphan = ledger.batches.get(batch.run, batch.no)
    assert (orphan.state, orphan.maybe_sent, orphan.maybe_sent_at) == (BatchState.UNKNOWN, True, sent_at)


def test_why_a_run_stands_still_is_kept_until_it_goes_on(ledger, claim, planned):
    ledger.runs.plan(claim, planned())
    ledger.runs.stop(claim, exit_code=7, problem=("gave_up", "Amazon does not answer"))
    run = ledger.runs.get(claim.run_id)
    assert (run.state, run.exit_code, run.problem_code) == (RunState.PLANNED, 7, "gave_up")
    ledger.runs.advance(claim, RunState.DELIVERING)
    assert ledger.runs.get(claim.run_id).problem_code is None


def test_runs_are_listed_newest_first(ledger, claim, worker, clock):
    clock.advance(timedelta(seconds=1))
    other = ledger.runs.create(NewRun(sync="other", target="main/other", mode=Mode.ADD), worker)
    assert [run.id for run in ledger.runs.list()] == [other.run_id, claim.run_id]
    assert [run.id for run in ledger.runs.list(limit=1)] == [other.run_id]
    assert [run.id for run in ledger.runs.list(target=claim.target)] == [claim.run_id]


def test_a_lost_claim_writes_nothing_whatever_it_tries(
    ledger, delivering, worker, planned, pace, clock, books, new_audience, home
):
    batch = ledger.batches.to_send(delivering.run_id, clock.now())[0]
    delivering.release()
    ledger.runs.claim(delivering.run_id, worker)
    tries = [
        delivering.beat,
        delivering.release,
        lambda: ledger.runs.advance(delivering, RunState.SETTLING),
        lambda: ledger.runs.plan(delivering, planned()),
        lambda: ledger.runs.stop(delivering, exit_code=7, problem=("a", "b")),
        lambda: ledger.runs.commit_generation(
            delivering, Verdict(state=RunState.FAILED, books=books(), exit_code=7)
        ),
        lambda: ledger.batches.mark_sending(delivering, batch, pace),
        lambda: ledger.batches.hold(delivering, batch, retry_at=clock.now(), problem="x"),
        lambda: ledger.batches.polled(delivering, batch, next_poll_at=clock.now()),
        lambda: ledger.batches.split(delivering, batch, planned().batches[:1]),
        lambda: ledger.audiences.creating(delivering, new_audience),
        lambda: ledger.audiences.created(delivering, "1"),
        lambda: ledger.unsettled.settle(delivering, batch),
    ]
    before = content(home)
    for attempt in tries:
        with pytest.raises(LostClaim):
            attempt()
    assert content(home) == before


def content(home):
    """The whole ledger as SQL."""
    with sqlite3.connect(home / "ledger.db") as ledger:
        lines = list(ledger.iterdump())
    ledger.close()
    return lines
