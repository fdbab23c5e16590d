"""A ledger in each kind of database, and processes of their own that work on it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lading.clock import ManualClock
from lading.ledger import Worker, open_home
from lading.ledger.rows import NamedFile, NewBatch, NewRun, Planned
from lading.model.books import Books
from lading.model.states import Mode

CHILD = Path(__file__).with_name("child.py")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Where an empty ledger may be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("postgresql")()


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def ledger(home, clock, url):
    with open_home(home, clock, environ={}, url=url) as ledger:
        yield ledger


@pytest.fixture
def worker(home):
    with Worker(home) as worker:
        yield worker


@pytest.fixture
def new_run():
    return NewRun(sync="newsletter", target="main/newsletter", mode=Mode.ADD)


@pytest.fixture
def planned():
    """Three batches of ten additions."""
    batches = tuple(
        NewBatch(group=2, first=n + 1, last=n + 10, records=10, bytes=900, body_sha256="0" * 64)
        for n in (0, 10, 20)
    )
    books = Books(
        read=30,
        recorded=30,
        merged=0,
        duplicate=0,
        rejected=0,
        unchanged=0,
        changed=30,
        confirmed=0,
        refused=0,
        pending=30,
    )
    files = {"changes": NamedFile("changes.parquet", "ab" * 32, 1000, 30)}
    return Planned(base_generation=0, files=files, batches=batches, books=books)


class Child:
    """A process that does what child.py calls by that name, and says what it did in lines of JSON."""

    def __init__(self, deed, *args, environ=None):
        command = [sys.executable, str(CHILD), deed, *map(str, args)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
        )

    def go(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def says(self):
        return json.loads(self.process.stdout.readline())

    def end(self):
        """Wait for its end; its exit code."""
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait()


@pytest.fixture
def start(home, url):
    """Start a child on the ledger of the test; none outlives the test."""
    children = []

    def launch(deed, *args, environ=None):
        children.append(Child(deed, home, url, *args, environ=environ))
        return children[-1]

    yield launch
    for child in children:
        child.process.kill()
        child.end() if not child.process.stdin.closed else None
