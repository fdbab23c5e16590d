import sqlite3

import pytest
from sqlalchemy import event, text

from lading import crashpoints
from lading.errors import GaveUp, SettingsError
from lading.ledger import open_ledger
from lading.ledger.store import Store


def pragma(store, name):
    with store.read() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


def test_sqlite_is_opened_so_that_a_commit_outlives_a_power_cut(ledger):
    store = ledger._store
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2
    assert pragma(store, "busy_timeout") == 30_000
    assert pragma(store, "foreign_keys") == 1


def test_a_writer_takes_the_lock_when_it_begins(ledger, home):
    other = sqlite3.connect(home / "ledger.db", timeout=0)
    with ledger._store.write("beat"), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_reader_stops_no_writer(ledger, home):
    other = sqlite3.connect(home / "ledger.db", timeout=0)
    with ledger._store.read() as connection:
        connection.execute(text("SELECT * FROM runs")).all()
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
    other.close()


def test_a_failed_transaction_leaves_nothing(ledger, sql):
    def write_and_fail():
        with ledger._store.write("permit") as connection:
            connection.exec_driver_sql("INSERT INTO pauses (scope, until) VALUES ('main', 1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert sql("SELECT * FROM pauses") == []


def test_each_commit_has_a_moment_before_and_one_after_it(ledger, home):
    seen = []

    def look(point):
        with sqlite3.connect(home / "ledger.db") as other:
            seen.append((point, other.execute("SELECT count(*) FROM pauses").fetchone()[0]))
        other.close()

    with crashpoints.hooked(look), ledger._store.write("paused") as connection:
        connection.exec_driver_sql("INSERT INTO pauses (scope, until) VALUES ('main', 1)")
    assert seen == [("ledger.paused.before_commit", 0), ("ledger.paused.after_commit", 1)]


def test_a_full_disk_is_said_in_plain_words_and_nothing_is_written(ledger, sql):
    pages = sql("PRAGMA page_count")[0][0]
    event.listen(
        ledger._store.engine, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    )
    with pytest.raises(GaveUp, match=r"disk is full.*Free some room") as caught:
        ledger.secrets.put("token", b"x" * 1_000_000)
    assert caught.value.problem_code == "disk_full"
    assert sql("SELECT * FROM secrets") == []


def test_a_locked_ledger_is_said_in_plain_words(ledger, home):
    with sqlite3.connect(home / "ledger.db") as other:
        other.execute("BEGIN IMMEDIATE")
        event.listen(ledger._store.engine, "checkout", lambda c, *_: c.execute("PRAGMA busy_timeout = 0"))
        with pytest.raises(GaveUp, match="locked") as caught:
            ledger.audit.add("look", who="me", where={})
    other.close()
    assert caught.value.problem_code == "ledger_locked"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "not in 'mysql'"),
        ("sqlite://", "SQLite file"),
        ("sqlite:///:memory:", "SQLite file"),
        ("nonsense", "cannot be read"),
    ],
)
def test_other_databases_are_refused(url, words, clock):
    with pytest.raises(SettingsError, match=words):
        Store(url, clock)


def test_a_folder_that_is_not_there_is_said_in_plain_words(tmp_path, clock):
    with pytest.raises(SettingsError, match="cannot be opened"):
        open_ledger(f"sqlite:///{tmp_path}/nowhere/ledger.db", clock, home_id="h")


def test_a_password_is_shown_nowhere(clock):
    store = Store("postgresql://me:sesame@localhost:1/none", clock)
    with pytest.raises(GaveUp) as caught, store.read():
        pass
    store.close()
    assert "sesame" not in str(caught.value)
    assert "sesame" not in repr(caught.value.__cause__)
