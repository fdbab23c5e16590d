"""A ledger in a file, a worker, and a run in each state that a test may want to start from."""

from datetime import UTC, datetime

import pytest

from lading.clock import ManualClock
from lading.ledger import Worker, open_home
from lading.ledger.rows import NamedFile, NewAudience, NewBatch, NewRun, Pace, Planned
from lading.model.books import Books
from lading.model.states import Mode, RunState

TARGET = "main/newsletter"


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def ledger(home, clock):
    with open_home(home, clock, environ={}) as ledger:
        yield ledger


@pytest.fixture
def worker(home):
    with Worker(home) as worker:
        yield worker


@pytest.fixture
def new_run():
    return NewRun(sync="newsletter", target=TARGET, mode=Mode.ADD)


@pytest.fixture
def pace():
    return Pace("main", 10, 6000)


@pytest.fixture
def claim(ledger, worker, new_run):
    return ledger.runs.create(new_run, worker)


@pytest.fixture
def a_file():
    return lambda name: NamedFile(name, "ab" * 32, 1000, 10)


@pytest.fixture
def new_audience():
    return NewAudience(
        target=TARGET,
        sync="newsletter",
        connection="main",
        mode=Mode.ADD,
        external_audience_id="newsletter",
        name="Newsletter readers",
    )


@pytest.fixture
def books():
    """The books of 30 people of whom `confirmed` are."""

    def keep(confirmed=0):
        counts = {
            "read": 30,
            "recorded": 30,
            "changed": 30,
            "confirmed": confirmed,
            "pending": 30 - confirmed,
        }
        return Books(merged=0, duplicate=0, rejected=0, unchanged=0, refused=0, **counts)

    return keep


@pytest.fixture
def planned(a_file, books):
    """Three batches of ten; `groups` says the group of each."""

    def plan(*groups, tripped=(), base_generation=0):
        batches = tuple(
            NewBatch(
                group=group,
                first=10 * n + 1,
                last=10 * n + 10,
                records=10,
                bytes=900,
                body_sha256=f"{n}" * 64,
            )
            for n, group in enumerate(groups or (2, 2, 2))
        )
        files = {"records": a_file("records-1.parquet"), "changes": a_file("changes-1.parquet")}
        return Planned(
            base_generation=base_generation, files=files, batches=batches, books=books(), tripped=tripped
        )

    return plan


@pytest.fixture
def delivering(ledger, claim, planned, new_audience):
    """A claim on a run with three additions to send, its audience made."""
    ledger.runs.plan(claim, planned())
    ledger.audiences.creating(claim, new_audience)
    ledger.audiences.created(claim, "413642381039213536")
    ledger.runs.advance(claim, RunState.DELIVERING)
    return claim


@pytest.fixture
def sql(ledger):
    """Rows by plain SQL, past the code that is tested."""

    def run(statement):
        with ledger._store.engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    return run
