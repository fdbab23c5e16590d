"""The ledger: one database that says where every run stands. Its rows are the commits; files count when it names them."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from sqlalchemy import insert, select, text

from lading.clock import Clock
from lading.errors import SettingsError
from lading.ledger import migrate, tables
from lading.ledger.audiences import Audiences
from lading.ledger.audit import Audit
from lading.ledger.batches import Batches
from lading.ledger.cipher import Cipher, write_once
from lading.ledger.datasets import Datasets
from lading.ledger.deletions import Deletions
from lading.ledger.errors import in_plain_words
from lading.ledger.events import Events
from lading.ledger.firings import Firings
from lading.ledger.forgets import Forgets
from lading.ledger.keys import Keys
from lading.ledger.links import Links
from lading.ledger.made import MadeSettings
from lading.ledger.permits import Permits
from lading.ledger.plans import Plans
from lading.ledger.rows import DatasetVerification, Verification
from lading.ledger.runs import Runs
from lading.ledger.schedules import Schedules
from lading.ledger.secrets import Secrets
from lading.ledger.store import Store
from lading.ledger.swaps import Swaps
from lading.ledger.unsettled import UnsettledBatches
from lading.ledger.uploads import Uploads
from lading.ledger.verifications import Verifications


class Ledger:
    """All tables, each by its noun."""

    def __init__(self, store: Store, home_id: str, cipher: Cipher | None) -> None:
        self._store = store
        self.home_id = home_id
        self.runs = Runs(store)
        self.batches = Batches(store)
        self.audiences = Audiences(store)
        self.datasets = Datasets(store)
        self.uploads = Uploads(store, self.batches)
        self.plans = Plans(store)
        self.permits = Permits(store)
        self.unsettled = UnsettledBatches(store)
        self.secrets = Secrets(store, cipher)
        self.links = Links(store)
        self.audit = Audit(store)
        self.forgets = Forgets(store)
        self.deletions = Deletions(store)
        self.swaps = Swaps(store)
        self.verifications = Verifications(store, tables.verifications, Verification)
        self.dataset_verifications = Verifications(store, tables.dataset_verifications, DatasetVerification)
        self.keys = Keys(store)
        self.made = MadeSettings(store)
        self.events = Events(store)
        self.schedules = Schedules(store)
        self.firings = Firings(store)

    def backup_to(self, path: Path) -> None:
        """Write a consistent copy into a new SQLite file, while others go on writing."""
        if self._store.dialect != "sqlite":
            raise SettingsError(
                "back up a ledger in PostgreSQL with pg_dump", where=self._store.where, code="no_backup"
            )
        try:
            with self._store.read() as connection, closing(sqlite3.connect(path)) as copy:
                source = cast(sqlite3.Connection, connection.connection.driver_connection)
                source.backup(copy)
        except sqlite3.Error as error:
            raise in_plain_words(error, str(path)) from error

    def scrub(self) -> None:
        """Leave no page and no part of the log behind that still holds what was deleted or overwritten."""
        if self._store.dialect == "sqlite":
            self._store.scrub()

    def check_integrity(self) -> tuple[str, ...]:
        """What the database finds wrong with itself; nothing when it is sound."""
        if self._store.dialect != "sqlite":
            return ()
        with self._store.read() as connection:
            wrong = [
                str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"
            ]
            strays = [
                f"{row[0]} row {row[1]} names a missing row of {row[2]}"
                for row in connection.execute(text("PRAGMA foreign_key_check"))
            ]
        return (*wrong, *strays)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_ledger(url: str, clock: Clock, *, home_id: str | None, cipher: Cipher | None = None) -> Ledger:
    """Open the ledger at `url` (sqlite:///PATH or postgresql://...), making or upgrading its tables.

    SettingsError if it belongs to another home than `home_id`, if a newer Lading wrote it, or if it is no ledger. With
    `home_id=None` whichever home it has is taken: for looking, not for sending.
    """
    store = Store(url, clock)
    try:
        migrate.to_head(store)
        return Ledger(store, _settle_home(store, home_id), cipher)
    except BaseException:
        store.close()
        raise


def open_home(home: Path, clock: Clock, *, environ: Mapping[str, str], url: str | None = None) -> Ledger:
    """Open the ledger of a home folder, making both if need be. Without a `url` it is `home/ledger.db`."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = url or f"sqlite:///{home.absolute() / 'ledger.db'}"
    return open_ledger(where, clock, home_id=identity(home), cipher=Cipher(home, environ))


def identity(home: Path) -> str:
    """The content of HOME/ID, which is made on first use."""
    path = home / "ID"
    if not path.exists():
        write_once(path, f"h-{uuid.uuid4().hex}\n".encode(), mode=0o644)
    return path.read_text().strip()


def _settle_home(store: Store, home_id: str | None) -> str:
    with store.read() as connection:
        found = connection.execute(select(tables.home.c.home_id)).scalar_one_or_none()
    if found is None:
        found = _claim_home(store, home_id or f"h-{uuid.uuid4().hex}")
    if home_id not in {None, found}:
        raise SettingsError(
            f"this ledger belongs to home {found}, not to this one ({home_id}): two homes would keep two memberships of the "
            "same audiences. Use the home folder that belongs to it (one shared folder for all machines), or another ledger",
            where=store.where,
            code="foreign_home",
        )
    return found


def _claim_home(store: Store, home_id: str) -> str:
    with store.write("opened") as connection:
        store.alone(connection, "home")
        found = connection.execute(select(tables.home.c.home_id)).scalar_one_or_none()
        if found is None:
            connection.execute(insert(tables.home).values(home_id=home_id, schema=migrate.SCHEMA))
    return found or home_id
