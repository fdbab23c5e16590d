from dataclasses import replace
from datetime import timedelta

import pytest

from lading.errors import Bug
from lading.ledger.batches import LOST_JOB_WAIT, MAX_DEPTH
from lading.ledger.rows import BatchOutcome, Pace, Verdict
from lading.model.states import BATCH_WAYS, BatchState, RunState

HOUR = timedelta(hours=1)


@pytest.fixture
def send(ledger, pace, clock):
    """Send a batch: job ids are numbered by batch and attempt."""

    def go(claim, batch):
        assert ledger.batches.mark_sending(claim, batch, pace) is None
        return ledger.batches.mark_sent(claim, batch, f"job-{batch.no}", next_poll_at=clock.now())

    return go


@pytest.fixture
def first(ledger, delivering):
    return ledger.batches.of(delivering.run_id)[0]


def steps(ledger, claim, batch, pace, clock):
    """The deed that leads into each state."""
    now = clock.now()
    books = ledger.batches
    return {
        BatchState.READY: lambda: books.make_ready(claim, batch),
        BatchState.SENDING: lambda: books.mark_sending(claim, batch, pace),
        BatchState.SENT: lambda: books.mark_sent(claim, batch, "job", next_poll_at=now),
        BatchState.UNKNOWN: lambda: books.mark_unknown(claim, batch, problem="no answer"),
        BatchState.HELD: lambda: books.hold(claim, batch, retry_at=now, problem="busy"),
        BatchState.STUCK: lambda: books.mark_stuck(claim, batch, problem="gone"),
        BatchState.CONFIRMED: lambda: books.finish(claim, batch, outcome(BatchState.CONFIRMED)),
        BatchState.REFUSED: lambda: books.finish(claim, batch, outcome(BatchState.REFUSED)),
        BatchState.SPLIT: lambda: books.split(claim, batch, halves(batch)),
    }


def outcome(state, file=None):
    return BatchOutcome(state=state, confirmed=9, refused=1, file=file)


def halves(batch):
    from lading.ledger.rows import NewBatch

    middle = (batch.first + batch.last) // 2
    spans = [(batch.first, middle), (middle + 1, batch.last)]
    return [
        NewBatch(group=batch.group, first=a, last=z, records=z - a + 1, bytes=1, body_sha256="c" * 64)
        for a, z in spans
    ]


@pytest.mark.parametrize("start", list(BatchState))
@pytest.mark.parametrize("end", list(BatchState))
def test_only_lawful_ways_are_gone(ledger, delivering, first, pace, clock, sql, start, end):
    sql(f"UPDATE batches SET state = '{start}', started_at = 1 WHERE no = 1")
    go = steps(ledger, delivering, first, pace, clock)[end]
    if end in BATCH_WAYS[start]:
        go()
        assert ledger.batches.get(first.run, 1).state is end
    else:
        with pytest.raises(Bug):
            go()
        assert sql("SELECT state FROM batches WHERE no = 1") == [(str(start),)]


def test_an_attempt_is_written_with_its_permit_before_it_is_made(ledger, delivering, first, pace, clock, sql):
    assert ledger.batches.mark_sending(delivering, first, pace) is None
    batch = ledger.batches.get(first.run, 1)
    assert (batch.state, batch.attempt, batch.epoch, batch.started_at) == (
        BatchState.SENDING,
        1,
        1,
        clock.now(),
    )
    assert sql("SELECT count(*) FROM permits WHERE scope = 'main'") == [(1,)]


def test_without_a_permit_nothing_is_written_and_the_moment_is_told(ledger, delivering, first, clock, sql):
    pace = Pace("main", 1, 100)
    ledger.permits.take(pace, clock.now())
    assert ledger.batches.mark_sending(delivering, first, pace) == clock.now() + timedelta(seconds=1)
    assert ledger.batches.get(first.run, 1) == first
    assert sql("SELECT count(*) FROM permits") == [(1,)]
    clock.advance(timedelta(seconds=1))
    assert ledger.batches.mark_sending(delivering, first, pace) is None


def test_an_accepted_batch_has_its_job_and_its_next_look(ledger, delivering, first, pace, clock):
    ledger.batches.mark_sending(delivering, first, pace)
    clock.advance(timedelta(seconds=3))
    batch = ledger.batches.mark_sent(delivering, first, "job-1", next_poll_at=clock.now() + HOUR)
    assert (batch.job_request_id, batch.sent_at, batch.next_poll_at) == (
        "job-1",
        clock.now(),
        clock.now() + HOUR,
    )
    assert ledger.batches.to_poll(first.run, clock.now()) == ()
    assert ledger.batches.to_poll(first.run, clock.now() + HOUR) == (batch,)
    later = ledger.batches.polled(delivering, batch, next_poll_at=clock.now() + 2 * HOUR)
    assert (later.state, later.next_poll_at) == (BatchState.SENT, clock.now() + 2 * HOUR)
    assert ledger.batches.to_poll(first.run, clock.now() + HOUR) == ()


def test_only_a_sent_batch_can_be_asked_about(ledger, delivering, first, clock):
    with pytest.raises(Bug, match="no job to ask about"):
        ledger.batches.polled(delivering, first, next_poll_at=clock.now())


def test_batches_are_sent_by_group_and_then_by_their_first_change(ledger, claim, planned, clock):
    ledger.runs.plan(claim, planned(2, 1, 1))
    due = ledger.batches.to_send(claim.run_id, clock.now(), 10)
    assert [(batch.group, batch.no) for batch in due] == [(1, 2), (1, 3), (2, 1)]
    assert ledger.batches.to_send(claim.run_id, clock.now()) == due[:1]


def test_a_held_batch_rests_until_its_moment(ledger, delivering, first, pace, clock):
    moment = clock.now() + HOUR
    held = ledger.batches.hold(delivering, first, retry_at=moment, problem="429")
    assert (held.state, held.retry_at, held.problem) == (BatchState.HELD, moment, "429")
    assert first.no not in [batch.no for batch in ledger.batches.to_send(first.run, clock.now(), 10)]
    assert ledger.batches.mark_sending(delivering, held, pace) == moment
    assert ledger.batches.get(first.run, 1) == held
    clock.advance(HOUR)
    assert ledger.batches.to_send(first.run, clock.now()) == (held,)
    assert ledger.batches.mark_sending(delivering, held, pace) is None
    assert ledger.batches.get(first.run, 1).retry_at is None


def test_the_next_moment_is_the_first_of_all_waits(ledger, delivering, send, pace, clock):
    one, two, three = ledger.batches.of(delivering.run_id)
    now = clock.now()
    assert ledger.batches.next_moment(delivering.run_id) is None
    ledger.batches.hold(delivering, one, retry_at=now + 2 * HOUR, problem="429")
    assert ledger.batches.next_moment(delivering.run_id) == now + 2 * HOUR
    ledger.batches.polled(delivering, send(delivering, two), next_poll_at=now + HOUR)
    assert ledger.batches.next_moment(delivering.run_id) == now + HOUR
    ledger.batches.finish(delivering, two, outcome(BatchState.CONFIRMED))
    ledger.batches.hold(delivering, three, retry_at=now + 3 * HOUR, problem="429")
    assert ledger.batches.next_moment(delivering.run_id) == now + 2 * HOUR


def test_what_is_due_comes_with_the_most_urgent_first(ledger, delivering, send, pace, clock):
    one, two, three = ledger.batches.of(delivering.run_id)
    polled = send(delivering, two)
    ledger.batches.mark_sending(delivering, three, pace)
    unknown = ledger.batches.mark_unknown(delivering, three, problem="timeout")
    assert ledger.batches.due(delivering.run_id, clock.now()) == (unknown, polled, one)
    assert ledger.batches.due(delivering.run_id, clock.now(), limit=1) == (unknown,)


def test_a_lost_answer_stays_known_through_the_resend(ledger, delivering, first, pace, clock):
    lost_at = clock.now()
    ledger.batches.mark_sending(delivering, first, pace)
    unknown = ledger.batches.mark_unknown(delivering, first, problem="timeout")
    assert unknown.maybe_sent_at == lost_at
    again = ledger.batches.make_ready(delivering, unknown)
    assert (again.state, again.attempt, again.maybe_sent) == (BatchState.READY, 1, True)
    clock.advance(HOUR)
    ledger.batches.mark_sending(delivering, again, pace)
    sent = ledger.batches.mark_sent(delivering, again, "job-2", next_poll_at=clock.now())
    assert (sent.attempt, sent.maybe_sent_at, sent.job_request_id) == (2, lost_at, "job-2")


def test_the_lost_job_of_a_stuck_batch_may_act_yet(ledger, delivering, first, send):
    stuck = ledger.batches.mark_stuck(delivering, send(delivering, first), problem="404")
    assert not stuck.maybe_sent
    assert ledger.batches.make_ready(delivering, stuck).maybe_sent_at == stuck.started_at


def test_additions_wait_until_removals_are_final(ledger, claim, planned, send, pace, clock):
    ledger.runs.plan(claim, planned(1, 1, 2))
    one, two, add = ledger.batches.of(claim.run_id)
    for removal in (one, two):
        with pytest.raises(Bug, match="before group 1 is final"):
            ledger.batches.mark_sending(claim, add, pace)
        send(claim, removal)
        ledger.batches.finish(claim, removal, outcome(BatchState.CONFIRMED))
    assert ledger.batches.mark_sending(claim, add, pace) is None


def test_additions_wait_for_a_removal_that_may_still_act(ledger, claim, planned, send, pace, clock):
    ledger.runs.plan(claim, planned(1, 2))
    removal, add = ledger.batches.of(claim.run_id)
    lost_at = clock.now()
    ledger.batches.mark_sending(claim, removal, pace)
    ledger.batches.make_ready(claim, ledger.batches.mark_unknown(claim, removal, problem="timeout"))
    clock.advance(HOUR)
    send(claim, removal)
    ledger.batches.finish(claim, removal, outcome(BatchState.CONFIRMED))
    assert ledger.batches.mark_sending(claim, add, pace) == lost_at + LOST_JOB_WAIT
    clock.advance(HOUR)
    assert ledger.batches.mark_sending(claim, add, pace) is None


def test_the_next_run_waits_for_an_addition_that_may_still_act(
    ledger, delivering, first, planned, worker, new_run, pace, clock, books
):
    lost_at = clock.now()
    ledger.batches.mark_sending(delivering, first, pace)
    ledger.batches.mark_unknown(delivering, first, problem="timeout")
    ledger.runs.commit_generation(delivering, Verdict(state=RunState.FAILED, books=books(), exit_code=7))
    claim = ledger.runs.create(new_run, worker)
    ledger.runs.plan(claim, planned(1, 2))
    removal, _ = ledger.batches.of(claim.run_id)
    assert ledger.batches.mark_sending(claim, removal, pace) == lost_at + LOST_JOB_WAIT


def test_a_lost_job_stops_nothing_of_its_own_action(ledger, delivering, pace):
    one, two, _ = ledger.batches.of(delivering.run_id)
    ledger.batches.mark_sending(delivering, one, pace)
    ledger.batches.mark_unknown(delivering, one, problem="timeout")
    assert ledger.batches.mark_sending(delivering, two, pace) is None


def test_an_end_keeps_its_counts_and_its_file(ledger, delivering, first, send, a_file):
    file = a_file("outcomes/1-1.parquet")
    batch = ledger.batches.finish(delivering, send(delivering, first), outcome(BatchState.CONFIRMED, file))
    assert (batch.confirmed, batch.refused, batch.final) == (9, 1, True)
    assert (batch.outcome_file, batch.outcome_sha256) == (file.name, file.sha256)
    assert ledger.batches.counts(first.run) == {(2, BatchState.CONFIRMED): 1, (2, BatchState.READY): 2}


def test_an_outcome_has_to_be_an_end(ledger, delivering, first):
    with pytest.raises(Bug, match="is not an end"):
        ledger.batches.finish(delivering, first, outcome(BatchState.HELD))


def test_the_parts_of_a_split_take_its_place(ledger, delivering, first, send, clock):
    parts = ledger.batches.split(delivering, send(delivering, first), halves(first))
    assert [(part.no, part.first, part.last, part.records) for part in parts] == [(4, 1, 5, 5), (5, 6, 10, 5)]
    assert {(part.state, part.depth, part.parent, part.group) for part in parts} == {
        (BatchState.READY, 1, 1, 2)
    }
    assert ledger.batches.get(first.run, 1).state is BatchState.SPLIT
    assert [batch.no for batch in ledger.batches.to_send(first.run, clock.now(), 10)] == [4, 5, 2, 3]


@pytest.mark.parametrize("spoil", ["gap", "overlap", "short", "long", "group", "none"])
def test_parts_that_are_not_the_whole_are_refused(ledger, delivering, first, send, spoil):
    one, two = halves(first)
    parts = {
        "gap": [one, replace(two, first=two.first + 1)],
        "overlap": [one, replace(two, first=two.first - 1)],
        "short": [one],
        "long": [one, replace(two, last=two.last + 1)],
        "group": [one, replace(two, group=1)],
        "none": [],
    }[spoil]
    with pytest.raises(Bug, match="are not its changes"):
        ledger.batches.split(delivering, send(delivering, first), parts)


def test_splitting_comes_to_an_end(ledger, delivering, first, send, sql):
    sql(f"UPDATE batches SET depth = {MAX_DEPTH} WHERE no = 1")
    deep = send(delivering, first)
    with pytest.raises(Bug, match="14 times"):
        ledger.batches.split(delivering, deep, halves(deep))


@pytest.fixture
def left(ledger, delivering, first, send, books, worker, new_run):
    """A claim on the next run, and the stuck batch that the one before it left."""
    stuck = ledger.batches.mark_stuck(delivering, send(delivering, first), problem="slow")
    ledger.runs.commit_generation(delivering, Verdict(state=RunState.FAILED, books=books(), exit_code=7))
    return ledger.runs.create(new_run, worker), stuck


def test_the_next_run_settles_what_the_last_one_left(ledger, left, send):
    claim, stuck = left
    assert ledger.unsettled.of(claim.target) == (stuck,)
    sent = send(claim, ledger.batches.make_ready(claim, stuck))
    ledger.batches.finish(claim, sent, outcome(BatchState.CONFIRMED))
    assert ledger.unsettled.of(claim.target) == ()


def test_the_parts_of_a_left_batch_are_left_too(ledger, left, send):
    claim, stuck = left
    parts = ledger.batches.split(claim, send(claim, ledger.batches.make_ready(claim, stuck)), halves(stuck))
    assert {part.run for part in parts} == {stuck.run}
    assert ledger.unsettled.of(claim.target) == parts
    send(claim, parts[0])


def test_a_left_batch_may_be_given_up(ledger, left):
    claim, stuck = left
    ledger.unsettled.settle(claim, stuck)
    assert ledger.unsettled.of(claim.target) == ()
    with pytest.raises(Bug, match="not for run"):
        ledger.batches.make_ready(claim, stuck)


def test_a_left_batch_on_its_way_is_unknown_when_the_next_run_changes_hands(ledger, left, pace, worker):
    claim, stuck = left
    ledger.batches.mark_sending(claim, ledger.batches.make_ready(claim, stuck), pace)
    claim.release()
    ledger.runs.claim(claim.run_id, worker)
    assert ledger.batches.get(stuck.run, stuck.no).state is BatchState.UNKNOWN


def test_other_batches_of_earlier_runs_are_not_ours_to_change(ledger, left, pace):
    claim, stuck = left
    with pytest.raises(Bug, match="not for run"):
        ledger.batches.mark_sending(claim, ledger.batches.get(stuck.run, 2), pace)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("to_send", "ix_batches_to_send"),
        ("to_poll", "ix_batches_to_poll"),
        ("next_moment", "ix_batches_to_poll"),
    ],
)
def test_the_next_batch_is_found_by_an_index_and_without_a_sort(ledger, delivering, clock, question, index):
    from sqlalchemy import event

    statements = []
    event.listen(
        ledger._store.engine, "before_cursor_execute", lambda c, u, s, p, *_: statements.append((s, p))
    )
    args = () if question == "next_moment" else (clock.now(),)
    getattr(ledger.batches, question)(delivering.run_id, *args)
    statement, values = next((s, p) for s, p in reversed(statements) if s.startswith("SELECT"))
    with ledger._store.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    assert index in plan
    assert "TEMP B-TREE" not in plan
