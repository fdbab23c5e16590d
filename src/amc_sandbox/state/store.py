"""The database: one connection, one lock, one transaction a request. What was answered has been committed."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

TABLES = (
    "meta", "grants", "codes", "access_tokens", "terms", "connections", "audiences", "jobs", "members", "requests",
    "faults", "datasets", "uploads", "deletions",
)  # fmt: skip


class DataInUse(Exception):
    """Another sandbox holds this data folder."""


class Store:
    """A SQLite database in `folder`, or in memory without one.

    A committed transaction survives the death of the process (WAL; synchronous=NORMAL, so not the death of the machine).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._held = None if folder is None else _hold(folder)
        where = ":memory:" if folder is None else str(folder / "sandbox.db")
        self._db = sqlite3.connect(
            where, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(files("amc_sandbox.state").joinpath("schema.sql").read_text("utf-8"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inner ones are part of the outermost."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("begin immediate")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            else:
                self._db.execute("commit")
            finally:
                self._depth = 0

    def run(self, sql: str, *values: Any) -> int:
        """Run one statement; gives the number of rows it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._lock:
            self._db.executemany(sql, rows)

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return found

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def number(self, sql: str, *values: Any) -> int:
        """The first column of the first row, nothing counting as 0."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def get(self, key: str) -> Any:
        found = self.row("select value from meta where key = ?", key)
        return None if found is None else json.loads(found[0])

    def put(self, key: str, value: Any) -> None:
        self.run("insert or replace into meta values (?, ?)", key, json.dumps(value))

    def next(self, kind: str) -> int:
        """1, 2, 3 ... for each kind of thing; goes on after a restart."""
        count = int(self.get(f"count:{kind}") or 0) + 1
        self.put(f"count:{kind}", count)
        return count

    def clear(self, *keep: str) -> None:
        """Forget everything but the named keys of meta."""
        with self.transaction():
            kept = {key: self.get(key) for key in keep}
            for table in TABLES:
                self.run(f"delete from {table}")  # noqa: S608  (names from the tuple above)
            for key, value in kept.items():
                self.put(key, value)

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._held is not None:
                self._held.close()
                self._held = None


def _hold(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    held = (folder / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise DataInUse(f"{folder} is in use by another amc-sandbox") from None
    return held
