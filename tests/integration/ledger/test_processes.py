"""Several processes on one ledger, some of which are killed."""

import os
import signal

import pytest

from lading.errors import TargetBusy
from lading.ledger import LostClaim, open_home
from lading.ledger.rows import Pace
from lading.model.states import BatchState, RunState


@pytest.fixture
def open_run(ledger, worker, new_run, planned):
    """A planned run that nobody holds."""
    claim = ledger.runs.create(new_run, worker)
    ledger.runs.plan(claim, planned)
    claim.release()
    return claim


def kill(child):
    child.process.send_signal(signal.SIGKILL)
    child.process.wait()


def test_a_ledger_may_be_made_by_several_at_once(start, home, url, clock):
    children = [start("opens") for _ in range(4)]
    assert [child.says() for child in children] == ["ready"] * 4
    for child in children:
        child.go()
    homes = {child.says() for child in children}
    assert [child.end() for child in children] == [0] * 4
    with open_home(home, clock, environ={}, url=url) as ledger:
        assert homes == {ledger.home_id}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_new_file_is_never_found_locked(start):
    children = [start("races", 150) for _ in range(4)]
    assert [child.says() for child in children] == ["ready"] * 4
    for child in children:
        child.go()
    assert [child.says() for child in children] == ["done"] * 4


def test_of_those_who_claim_a_run_at_once_one_gets_it(open_run, ledger, worker, start):
    children = [start("claims", open_run.run_id) for _ in range(4)]
    assert [child.says() for child in children] == ["ready"] * 4
    for child in children:
        child.go()
    answers = [child.says() for child in children]
    assert [answer["epoch"] for answer in answers if "epoch" in answer] == [2]
    losers = [answer["busy"] for answer in answers if "busy" in answer]
    assert len(losers) == 3
    assert all(open_run.run_id in words for words in losers)
    with pytest.raises(TargetBusy, match="Wait until it ends"):
        ledger.runs.claim(open_run.run_id, worker)
    for child in children:
        child.go()
    assert [child.end() for child in children] == [0] * 4


def test_a_killed_holder_is_followed_at_once_and_his_attempt_is_unknown(open_run, ledger, worker, start):
    child = start("sends", open_run.run_id)
    assert child.says() == {"sending": 1}
    with pytest.raises(TargetBusy, match=f"process {child.process.pid} "):
        ledger.runs.claim(open_run.run_id, worker)
    kill(child)
    taken = ledger.runs.claim(open_run.run_id, worker)
    assert taken.epoch == 3
    assert ledger.runs.get(open_run.run_id).state is RunState.DELIVERING
    assert [batch.state for batch in ledger.batches.unknown(open_run.run_id)] == [BatchState.UNKNOWN]
    with pytest.raises(LostClaim):
        open_run.beat()


@pytest.mark.parametrize("per_second", [3, 10])
def test_together_they_never_pass_the_pace(ledger, start, per_second):
    children = [start("takes", 30, per_second) for _ in range(2)]
    assert [child.says() for child in children] == ["ready"] * 2
    for child in children:
        child.go()
    assert [child.says() for child in children] == ["done"] * 2
    with ledger._store.engine.begin() as connection:
        moments = [at for (at,) in connection.exec_driver_sql("SELECT at FROM permits ORDER BY at")]
    assert len(moments) == 60
    for first, later in zip(moments, moments[per_second:], strict=False):
        assert later - first >= 1_000_000
    assert ledger.permits.take(Pace("other", 1, 1), ledger._store.clock.now()) is None


#: Every commit between a plan and its end, and how often it is made on the way.
COMMITS = {
    "claimed": 1,
    "audience_creating": 1,
    "audience_created": 1,
    "delivering": 1,
    "sending": 3,
    "sent": 3,
    "confirmed": 3,
    "settling": 1,
    "committing": 1,
    "done": 1,
}


#: All of them on SQLite; on PostgreSQL those around what is sent, and the last.
KILLS = [
    (kind, act, when)
    for when in ("before", "after")
    for act in COMMITS
    for kind in ("sqlite", "postgresql")
    if kind == "sqlite" or act in {"sending", "sent", "done"}
]


@pytest.mark.parametrize(("url", "act", "when"), KILLS, indirect=["url"])
def test_a_run_killed_at_any_commit_is_brought_to_its_end(open_run, ledger, start, act, when):
    point = f"ledger.{act}.{when}_commit:{COMMITS[act]}"
    killed = start("walks", open_run.run_id, environ={**os.environ, "LADING_CRASH_AT": point})
    assert killed.end() == -signal.SIGKILL
    if (act, when) != ("done", "after"):
        again = start("walks", open_run.run_id)
        assert again.says() == "done"
        assert again.end() == 0
    run = ledger.runs.get(open_run.run_id)
    batches = ledger.batches.of(run.id)
    assert (run.state, run.owner) == (RunState.DONE, None)
    assert [batch.state for batch in batches] == [BatchState.CONFIRMED] * 3
    assert ledger.audiences.get(run.target).audience_id == "1"
    assert [generation.number for generation in ledger.audiences.generations(run.target)] == [1]
    # An attempt is repeated only where its answer may have been lost.
    lost = (act, when) in {("sending", "after"), ("sent", "before")}
    assert sum(batch.attempt for batch in batches) == (4 if lost else 3)
    assert sum(batch.maybe_sent for batch in batches) == (1 if lost else 0)
