"""Datasets, their uploads and their editions: each step one transaction, and the periods move with the watermark."""

from datetime import UTC, datetime, timedelta

import pytest

from lading.errors import Bug
from lading.ledger import LostClaim
from lading.ledger.dataset_rows import DatasetState, Deletion, NewDataset, NewEdition, NewUpload, Period
from lading.ledger.rows import (
    BatchOutcome,
    Mark,
    NamedFile,
    NewBatch,
    NewForget,
    NewRun,
    Pace,
    Planned,
    Verdict,
)
from lading.model.states import BatchState, DeletionState, Mode, RunState

TARGET = "dataset:main/purchases"
PACE = Pace("main", 10, 6000)
NEW = NewDataset(target=TARGET, sync="purchases", connection="main", dataset_id="purchases")
UPLOAD = NewUpload(strategy="OVERLAP_REPLACE", bucket="uploads", prefix="lading/r-1/")
MONDAY, TUESDAY = "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def opened(ledger, worker, books, a_file):
    """Runs of the dataset that are about to send one upload of 30 rows."""

    def open_run():
        known = ledger.datasets.get(TARGET)
        claim = ledger.runs.create(NewRun(sync="purchases", target=TARGET, mode=Mode.ADD), worker)
        batch = NewBatch(group=1, first=1, last=30, records=30, bytes=900, body_sha256="0" * 64)
        planned = Planned(
            base_generation=known.edition if known else 0, files={"rows": a_file("rows-1.parquet")},
            batches=(batch,), books=books(),
        )  # fmt: skip
        ledger.runs.plan(claim, planned, (UPLOAD,))
        if known is None:
            ledger.datasets.creating(claim, NEW)
            ledger.datasets.ready(claim, NEW, made=True)
        ledger.runs.advance(claim, RunState.DELIVERING)
        return claim, ledger.batches.get(claim.run_id, 1)

    return open_run


def ended(ledger, claim, books, edition):
    for state in (RunState.SETTLING, RunState.COMMITTING):
        ledger.runs.advance(claim, state)
    return ledger.runs.commit_generation(
        claim, Verdict(state=RunState.DONE, books=books(30), exit_code=0), edition
    )


def sent_and_lost(ledger, claim, batch):
    assert ledger.batches.mark_sending(claim, batch, PACE) is None
    return ledger.batches.mark_unknown(claim, batch, problem="no answer")


def test_a_dataset_is_asked_for_and_then_there(ledger, claim, worker):
    other = ledger.runs.create(NewRun(sync="purchases", target=TARGET, mode=Mode.ADD), worker)
    assert ledger.datasets.get(TARGET) is None
    assert ledger.datasets.creating(other, NEW).state is DatasetState.CREATING
    assert ledger.datasets.creating(other, NEW).edition == 0
    ready = ledger.datasets.ready(other, NEW, made=True)
    assert (ready.state, ready.watermark, dict(ready.keys)) == (DatasetState.READY, None, {})
    assert ledger.datasets.list() == (ready,)
    with pytest.raises(Bug, match="makes no dataset"):
        ledger.datasets.creating(claim, NEW)


def test_a_batch_of_a_dataset_is_an_upload(ledger, opened):
    claim, batch = opened()
    found = ledger.uploads.get(batch)
    assert (found.strategy, found.address, found.looks, found.cleaned) == (
        "OVERLAP_REPLACE", "s3://uploads/lading/r-1/", 0, False,
    )  # fmt: skip
    assert ledger.uploads.of(claim.run_id) == (found,)


def test_watermark_periods_and_keys_move_in_the_commit_of_the_run(ledger, opened, books, a_file):
    claim, _ = opened()
    sent = {MONDAY: Period(10, "aa"), TUESDAY: Period(20, "bb")}
    ended(
        ledger,
        claim,
        books,
        NewEdition(periods=sent, latest=NOON, keys={"0": a_file("keys-1.parquet")}, cleaned=True),
    )
    known = ledger.datasets.get(TARGET)
    assert (known.edition, known.watermark) == (1, NOON)
    assert known.keys["0"].name == "keys-1.parquet"
    assert ledger.datasets.periods(TARGET) == sent
    assert ledger.uploads.of(claim.run_id)[0].cleaned


def test_a_later_edition_replaces_only_its_periods_and_never_turns_the_watermark_back(ledger, opened, books):
    ended(
        ledger,
        opened()[0],
        books,
        NewEdition(periods={MONDAY: Period(10, "aa"), TUESDAY: Period(20, "bb")}, latest=NOON),
    )
    ended(
        ledger,
        opened()[0],
        books,
        NewEdition(periods={MONDAY: Period(11, "cc")}, latest=NOON - timedelta(days=1)),
    )
    assert ledger.datasets.periods(TARGET) == {MONDAY: Period(11, "cc"), TUESDAY: Period(20, "bb")}
    assert (ledger.datasets.get(TARGET).edition, ledger.datasets.get(TARGET).watermark) == (2, NOON)


def test_rows_that_come_to_a_period_are_added_up(ledger, opened, books):
    ended(ledger, opened()[0], books, NewEdition(periods={MONDAY: Period(10, "aa")}, latest=NOON))
    ended(ledger, opened()[0], books, NewEdition(periods={MONDAY: Period(3, "cc")}, adds=True))
    assert ledger.datasets.periods(TARGET) == {MONDAY: Period(13, "")}


def test_a_dataset_that_is_replaced_as_a_whole_forgets_its_periods(ledger, opened, books):
    ended(ledger, opened()[0], books, NewEdition(periods={MONDAY: Period(10, "aa")}, latest=NOON))
    ended(ledger, opened()[0], books, NewEdition(periods={TUESDAY: Period(5, "bb")}, whole=True))
    assert ledger.datasets.periods(TARGET) == {TUESDAY: Period(5, "bb")}


def test_an_edition_that_stands_on_another_one_is_not_committed(ledger, opened, books, sql):
    claim, _ = opened()
    sql("UPDATE datasets SET edition = 7")
    with pytest.raises(LostClaim, match="filled by another run"):
        ended(ledger, claim, books, NewEdition(periods={MONDAY: Period(1, "aa")}))
    assert ledger.runs.get(claim.run_id).state is RunState.COMMITTING
    assert ledger.datasets.periods(TARGET) == {}


def test_an_upload_that_was_lost_is_found_and_not_sent_again(ledger, opened, clock):
    claim, batch = opened()
    lost = sent_and_lost(ledger, claim, batch)
    ledger.uploads.looked(claim, lost, again_at=clock.now() + timedelta(minutes=1))
    assert ledger.uploads.get(batch).looks == 1
    assert ledger.batches.get(claim.run_id, 1).retry_at == clock.now() + timedelta(minutes=1)
    found = ledger.uploads.adopt(claim, lost, "u-1", next_poll_at=clock.now())
    assert (found.state, found.job_request_id, found.maybe_sent, found.retry_at) == (
        BatchState.SENT,
        "u-1",
        False,
        None,
    )


def test_an_upload_that_never_came_is_sent_once_more_at_once_and_by_the_next_run(
    ledger, opened, clock, books
):
    claim, batch = opened()
    lost = sent_and_lost(ledger, claim, batch)
    ledger.uploads.looked(claim, lost, again_at=clock.now())
    again = ledger.uploads.absent(claim, lost)
    assert (again.state, again.maybe_sent, ledger.uploads.get(batch).looks) == (BatchState.READY, False, 0)
    assert ledger.batches.mark_sending(claim, again, PACE) is None
    assert ledger.batches.get(claim.run_id, 1).attempt == 2


def test_what_a_cancelled_run_left_is_caught_up_by_the_next_one(ledger, opened, books):
    claim, batch = opened()
    assert ledger.batches.mark_sending(claim, batch, PACE) is None
    ledger.batches.mark_sent(claim, batch, "u-1", next_poll_at=NOON)
    verdict = Verdict(state=RunState.CANCELLED, books=books(), exit_code=0)
    ledger.runs.commit_generation(claim, verdict)
    [left] = ledger.unsettled.of(TARGET)
    new, _ = opened()
    outcome = BatchOutcome(state=BatchState.CONFIRMED, confirmed=29, refused=1, file=None)
    ledger.uploads.caught_up(new, left, outcome, NewEdition(periods={MONDAY: Period(30, "aa")}, latest=NOON))
    assert ledger.unsettled.of(TARGET) == ()
    earlier = ledger.runs.get(claim.run_id)
    assert (earlier.state, earlier.books.confirmed, earlier.books.refused, earlier.books.imbalance()) == (
        RunState.CANCELLED, 29, 1, (),
    )  # fmt: skip
    assert ledger.datasets.periods(TARGET) == {MONDAY: Period(30, "aa")}


def test_what_never_reached_amazon_is_let_go_and_makes_nobody_wait(ledger, opened, books, sql):
    claim, batch = opened()
    sent_and_lost(ledger, claim, batch)
    ledger.runs.commit_generation(claim, Verdict(state=RunState.CANCELLED, books=books(), exit_code=0))
    new, _ = opened()
    [left] = ledger.unsettled.of(TARGET)
    ledger.uploads.let_go(new, left)
    assert ledger.unsettled.of(TARGET) == ()
    assert ledger.batches.mark_sending(new, ledger.batches.get(new.run_id, 1), PACE) is None


def test_deletions_go_from_planned_to_done_and_their_file_is_named_until_then(ledger, clock):
    file = NamedFile("identities-1.parquet", "ab" * 32, 100, 3)
    new = NewForget(
        marks=frozenset({Mark("email", "a", "b")}),
        asked={},
        people=1,
        shared=0,
        key_check="k",
        identities=file,
    )
    forget = ledger.forgets.open(new, who="me")
    assert forget.identities == file
    one = Deletion(
        forget=forget.id, connection="main", no=1, first=0, identities=3, state=DeletionState.READY
    )
    ledger.deletions.plan([one])
    ledger.deletions.sending(one)
    assert ledger.deletions.of(forget.id)[0].asked_at == clock.now()
    ledger.deletions.sent(one, "d-1", next_poll_at=NOON)
    ledger.deletions.polled(one, next_poll_at=NOON + timedelta(hours=1))
    ledger.deletions.done(one)
    [done] = ledger.deletions.of(forget.id)
    assert (done.state, done.request_id, done.next_poll_at, done.ended_at) == (
        DeletionState.DONE, "d-1", None, clock.now(),
    )  # fmt: skip
