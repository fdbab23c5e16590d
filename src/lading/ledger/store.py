"""The database under the ledger: opening it safely, and transactions that say what they commit."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from lading import crashpoints
from lading.clock import Clock
from lading.errors import SettingsError
from lading.ledger.columns import from_microseconds
from lading.ledger.errors import in_plain_words

#: Seconds for which a writer waits for another one before it gives up.
BUSY_SECONDS: Final = 30

_READS: Final = "lading_reads"

_NOW_SQL: Final = {
    "sqlite": text("SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"),
    "postgresql": text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
}
_LOCK_SQL: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")


class Store:
    """Transactions on one database. `read` sees one consistent state; `write` is alone (SQLite) or locks by row."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.url = _checked(url)
        self.where = f"the ledger {self.url.render_as_string(hide_password=True)}"
        self.engine = _engine(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that writes nothing and stops nobody."""
        with self._in_plain_words(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_READS: True})
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, act: str) -> Iterator[Connection]:
        """A transaction that commits all it wrote, or nothing; `act` names its crash points."""
        with self._in_plain_words():
            with self.engine.connect() as connection, connection.begin():
                yield connection
                crashpoints.reach(f"ledger.{act}.before_commit")
            crashpoints.reach(f"ledger.{act}.after_commit")

    def scrub(self) -> None:
        """Write a SQLite file anew without its free pages, and empty its write-ahead log."""
        with self._in_plain_words(), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def now(self, connection: Connection) -> datetime:
        """The time by the database's own clock: alike for all hosts, and untouched by a clock that a test moves."""
        return from_microseconds(connection.execute(_NOW_SQL[self.dialect]).scalar_one())

    def alone(self, connection: Connection, word: str) -> None:
        """Until the end of this transaction nobody else passes here with the same word. SQLite's writers are alone already."""
        if self.dialect == "postgresql":
            connection.execute(_LOCK_SQL, {"word": word})

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise in_plain_words(error.orig, self.where) from error


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "the ledger's URL cannot be read. Write sqlite:///PATH or postgresql://USER@HOST/DATABASE"
        ) from None
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    raise SettingsError(
        f"a ledger lies in a SQLite file or in PostgreSQL, not in {kind!r}. Write sqlite:///PATH or postgresql://USER@HOST/DATABASE"
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise SettingsError(
            "a ledger in PostgreSQL needs the package psycopg. Install it with: pip install 'psycopg[binary]'",
            code="no_psycopg",
        ) from None


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are ours to begin: the driver would begin them late, and without the lock.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    if not _is_wal(connection):
        _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _is_wal(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA journal_mode").fetchone() == ("wal",))


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # Of several who make a ledger at once one switches: SQLite does not wait here as it does elsewhere, it fails.
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    folder = os.open(Path(path).parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not _is_wal(connection):
            connection.execute("PRAGMA journal_mode = WAL")
    finally:
        os.close(folder)


def _on_begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer later could find the state changed under it.
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
