"""Erasures in the ledger: marks, steps, and the exchange of files."""

from dataclasses import replace

import pytest

from lading.errors import Bug, SettingsError, TargetBusy
from lading.ledger.erasure_key import ErasureKey
from lading.ledger.rows import BatchOutcome, Mark, NewForget, NewGeneration, Pace, Plan, Verdict
from lading.ledger.swaps import RunSwap
from lading.model.states import BatchState, ForgetState, RunState

MARKS = frozenset({Mark("email", "abcdef", "1" * 64), Mark("external_id", "123456", "2" * 64)})
NEW = NewForget(marks=MARKS, asked={"external_id": 1}, people=1, shared=0, key_check="k" * 32)


@pytest.fixture
def forget(ledger):
    return ledger.forgets.open(NEW, who="me")


def test_an_erasure_begins_with_its_marks(ledger, forget):
    assert forget.id.startswith("f-")
    assert (forget.state, forget.over, ledger.forgets.unfinished()) == (
        ForgetState.SUPPRESSED,
        False,
        (forget,),
    )
    assert ledger.forgets.marks() == ledger.forgets.marks(forget.id) == MARKS
    assert ledger.forgets.latest() == forget.id


def test_the_same_people_may_be_erased_again(ledger, forget, clock):
    again = ledger.forgets.open(NEW, who="me")
    assert ledger.forgets.marks() == MARKS
    assert {one.id for one in ledger.forgets.list()} == {forget.id, again.id}


def test_it_goes_from_step_to_step_and_no_other_way(ledger, forget):
    with pytest.raises(Bug, match="no way leads from suppressed to rewritten"):
        ledger.forgets.advance(forget, ForgetState.REWRITTEN, who="me")
    for state in (ForgetState.REMOVED, ForgetState.REWRITTEN):
        assert ledger.forgets.advance(forget, state, who="me").state is state
    done = ledger.forgets.advance(forget, ForgetState.DONE, who="me", receipt={"file": "receipts/f.json"})
    assert (done.over, done.receipt, ledger.forgets.unfinished()) == (True, {"file": "receipts/f.json"}, ())


def test_an_unknown_one_is_said_so(ledger):
    with pytest.raises(SettingsError, match="no erasure f-1"):
        ledger.forgets.get("f-1")


@pytest.fixture
def ended(ledger, delivering, a_file, books):
    """A run that is done, its first generation committed."""
    for batch in ledger.batches.of(delivering.run_id):
        _finish(ledger, delivering, batch, a_file)
    ledger.runs.advance(delivering, RunState.SETTLING)
    ledger.runs.advance(delivering, RunState.COMMITTING)
    verdict = Verdict(
        state=RunState.DONE, books=books(30), exit_code=0, files={"waybill": a_file("waybill-1.parquet")},
        generation=NewGeneration(index=a_file("index-1"), segments=(a_file("segment-1"),), members=30),
    )  # fmt: skip
    return ledger.runs.commit_generation(delivering, verdict)


def _finish(ledger, claim, batch, a_file):
    ledger.batches.mark_sending(claim, batch, pace=Pace("main", 1000, 100_000))
    row = ledger.batches.of(claim.run_id)[batch.no - 1]
    row = ledger.batches.mark_sent(claim, row, f"job-{batch.no}", next_poll_at=ledger._store.clock.now())
    outcome = BatchOutcome(
        state=BatchState.CONFIRMED,
        confirmed=10,
        refused=0,
        file=a_file(f"outcomes-{batch.no}"),
        problem="c-7 is odd",
    )
    ledger.batches.finish(claim, row, outcome)


def test_a_run_names_its_new_files_and_balances(ledger, forget, ended, a_file):
    books = replace(ended.books, confirmed=29, erased=1)
    swap = RunSwap(
        files={"records": a_file("records-2.parquet")}, outcomes={2: a_file("outcomes-new")}, books=books, words=frozenset({"c-7"}),
    )  # fmt: skip
    ledger.swaps.run(forget.id, ended, swap, [{"file": "runs/x/records-2.parquet", "lines": 1}])
    run = ledger.runs.get(ended.id)
    assert (run.files["records"].name, run.files["changes"].name) == (
        "records-2.parquet",
        "changes-1.parquet",
    )
    assert (run.books.erased, run.books.imbalance()) == (1, ())
    batches = ledger.batches.of(ended.id)
    assert [one.outcome_file for one in batches] == ["outcomes-1", "outcomes-new", "outcomes-3"]
    assert {one.problem for one in batches} == {"(erased)"}
    assert ledger.forgets.get(forget.id).erased == ({"file": "runs/x/records-2.parquet", "lines": 1},)


def test_a_run_that_has_changed_is_left_alone(ledger, forget, ended, a_file):
    swap = RunSwap(files={"records": a_file("records-2")}, outcomes={}, books=ended.books, words=frozenset())
    ledger.swaps.run(forget.id, ended, swap, [])
    with pytest.raises(TargetBusy, match="has changed"):
        ledger.swaps.run(forget.id, ended, swap, [])


def test_generations_name_their_new_files(ledger, forget, ended, a_file):
    [one] = ledger.audiences.generations(ended.target)
    fresh = replace(one, index=a_file("index-new"), members=29)
    ledger.swaps.members(forget.id, [one], [fresh], [])
    assert ledger.audiences.generations(ended.target) == (fresh,)
    with pytest.raises(TargetBusy, match="moved on"):
        ledger.swaps.members(forget.id, [one], [fresh], [])


def test_members_are_not_exchanged_under_a_run(ledger, forget, ended, a_file, worker, new_run):
    [one] = ledger.audiences.generations(ended.target)
    ledger.runs.create(new_run, worker)
    with pytest.raises(TargetBusy, match="began in the meantime"):
        ledger.swaps.members(forget.id, [one], [replace(one, members=1)], [])
    assert ledger.audiences.generations(ended.target) == (one,)


def a_plan(clock, name):
    return Plan(
        id=name, sync="newsletter", target="main/newsletter", base_generation=0, source_version="v", profile="amc/1",
        files={}, counts={}, batches=(), created_at=clock.now(),
    )  # fmt: skip


def test_a_plan_made_while_somebody_was_erased_is_refused(ledger, clock, forget):
    with pytest.raises(SettingsError, match="somebody was erased while this plan was made"):
        ledger.plans.add(a_plan(clock, "p-1"))
    ledger.plans.add(a_plan(clock, "p-1"), erased_until=forget.id)


def test_only_plans_that_nobody_began_are_dropped(ledger, clock, worker, new_run):
    for name in ("p-1", "p-2"):
        ledger.plans.add(a_plan(clock, name))
    ledger.runs.create(replace(new_run, plan="p-1"), worker)
    assert ledger.swaps.drop_plans(ledger.plans.list()) == ("p-2",)
    assert [one.id for one in ledger.plans.list()] == ["p-1"]


def test_dropped_files_leave_the_books(ledger, ended):
    ledger.swaps.drop_files([ended], plans=())
    run = ledger.runs.get(ended.id)
    assert (dict(run.files), run.books) == ({}, ended.books)


def test_what_was_deleted_is_in_no_page(ledger, home, sql):
    sql("create table secret_words (word text)")
    sql("insert into secret_words values ('Rumpelstilzchen')")
    sql("drop table secret_words")
    ledger.scrub()
    assert all(b"Rumpelstilzchen" not in path.read_bytes() for path in home.glob("ledger.db*"))


def test_the_key_is_made_once_and_only_its_owner_may_read_it(home, ledger):
    key = ErasureKey(home, {})
    assert key.known() is None
    made = key.made()
    assert key.made() == key.known() == ErasureKey(home, {}).made() == made
    assert (home / "erasure-key").stat().st_mode & 0o077 == 0


def test_the_key_may_be_given(home, ledger):
    assert ErasureKey(home, {"LADING_ERASURE_KEY": "ab" * 32}).made() == b"\xab" * 32
    assert not (home / "erasure-key").exists()
    with pytest.raises(SettingsError, match="LADING_ERASURE_KEY: this is not the key"):
        ErasureKey(home, {"LADING_ERASURE_KEY": "ab"}).made()
