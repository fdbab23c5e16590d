"""What another process does to a ledger in these tests: child.py DEED HOME URL [ARGUMENT ...].

It says in a line of JSON that it is ready, waits for a line, does the deed, and says what came of it.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from lading.clock import ManualClock
from lading.errors import TargetBusy
from lading.ledger import Worker, open_home
from lading.ledger.rows import BatchOutcome, NewAudience, NewGeneration, Pace, Verdict
from lading.ledger.store import Store
from lading.model.states import BatchState, Mode, RunState

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def say(what):
    print(json.dumps(what), flush=True)


def wait():
    sys.stdin.readline()


def open_it(home, url, clock):
    return open_home(home, clock, environ={}, url=url)


def opens(home, url, clock):
    """Open a ledger that may not exist yet."""
    say("ready")
    wait()
    with open_it(home, url, clock) as ledger:
        say(ledger.home_id)


def races(home, url, clock, rounds):
    """Make one database after the other, as others do at the same time."""
    say("ready")
    wait()
    for number in range(int(rounds)):
        store = Store(f"sqlite:///{home.parent}/{number}.db", clock)
        with store.write("opened") as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (a)")
        store.close()
    say("done")


def claims(home, url, clock, run_id):
    """Claim a run, hold it until told to go on, and do nothing."""
    with open_it(home, url, clock) as ledger, Worker(home) as worker:
        say("ready")
        wait()
        try:
            claim = ledger.runs.claim(run_id, worker)
        except TargetBusy as busy:
            say({"busy": str(busy)})
        else:
            say({"epoch": claim.epoch})
        wait()


def sends(home, url, clock, run_id):
    """Claim a run and write down an attempt whose answer never comes."""
    with open_it(home, url, clock) as ledger, Worker(home) as worker:
        claim = ledger.runs.claim(run_id, worker)
        ledger.runs.advance(claim, RunState.DELIVERING)
        batch = ledger.batches.to_send(run_id, clock.now())[0]
        ledger.batches.mark_sending(claim, batch, Pace("main", 10, 6000))
        say({"sending": batch.no})
        wait()


def takes(home, url, clock, count, per_second):
    """Take permits, sleeping on a clock of its own until each is granted."""
    pace = Pace("main", float(per_second), 100_000)
    with open_it(home, url, clock) as ledger:
        say("ready")
        wait()
        for _ in range(int(count)):
            while moment := ledger.permits.take(pace, clock.now()):
                clock.sleep_until(moment)
        say("done")


def walks(home, url, clock, run_id):
    """Lead a planned run from wherever it stands to its end, as a worker does that was started again."""
    with (
        open_it(home, url, clock) as ledger,
        Worker(home) as worker,
        ledger.runs.claim(run_id, worker) as claim,
    ):
        while not (run := ledger.runs.get(run_id)).over:
            STEPS[run.state](ledger, claim, clock)
    say(run.state)


def begin(ledger, claim, clock):
    audience = ledger.audiences.get(claim.target)
    if audience is None or audience.audience_id is None:
        new = {"external_audience_id": "newsletter", "name": "Newsletter readers", "connection": "main"}
        ledger.audiences.creating(
            claim, NewAudience(target=claim.target, sync="newsletter", mode=Mode.ADD, **new)
        )
        ledger.audiences.created(claim, "1")
    ledger.runs.advance(claim, RunState.DELIVERING)


def deliver(ledger, claim, clock):
    for batch in ledger.batches.of(claim.run_id):
        DEEDS.get(batch.state, lambda *_: None)(ledger, claim, batch, clock)
    if all(batch.final for batch in ledger.batches.of(claim.run_id)):
        ledger.runs.advance(claim, RunState.SETTLING)


def send(ledger, claim, batch, clock):
    if ledger.batches.mark_sending(claim, batch, Pace("main", 100, 6000)) is None:
        ledger.batches.mark_sent(claim, batch, f"job-{batch.no}", next_poll_at=clock.now())


def end(ledger, claim, batch, clock):
    file = ledger.runs.get(claim.run_id).files["changes"]
    outcome = BatchOutcome(state=BatchState.CONFIRMED, confirmed=batch.records, refused=0, file=file)
    ledger.batches.finish(claim, batch, outcome)


def commit(ledger, claim, clock):
    run = ledger.runs.get(claim.run_id)
    file = run.files["changes"]
    generation = NewGeneration(index=file, segments=(file,), members=30)
    ledger.runs.commit_generation(
        claim, Verdict(state=RunState.DONE, books=run.books, exit_code=0, generation=generation)
    )


DEEDS = {
    BatchState.READY: send,
    BatchState.SENT: end,
    BatchState.UNKNOWN: lambda ledger, claim, batch, clock: ledger.batches.make_ready(claim, batch),
}

STEPS = {
    RunState.PLANNED: begin,
    RunState.DELIVERING: deliver,
    RunState.SETTLING: lambda ledger, claim, clock: ledger.runs.advance(claim, RunState.COMMITTING),
    RunState.COMMITTING: commit,
}

if __name__ == "__main__":
    deed, home, url, *args = sys.argv[1:]
    globals()[deed](Path(home), url, ManualClock(START), *args)
