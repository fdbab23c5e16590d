"""A claim on a run: the right to write for it, and to send. It is lost the moment another worker takes it."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, update

from lading.errors import GaveUp, LadingError
from lading.ledger import tables
from lading.ledger.errors import LostClaim
from lading.ledger.store import Store

#: Seconds of real time between two signs of life.
BEAT_SECONDS: Final = 10.0


class Claim:
    """A run held by this worker. `with claim:` keeps it alive in the background and lets go of it at the end."""

    def __init__(self, store: Store, *, run_id: str, target: str, owner: str, epoch: int) -> None:
        self.run_id = run_id
        self.target = target
        self.owner = owner
        self.epoch = epoch
        self._store = store
        self._heart: threading.Thread | None = None
        self._stop = threading.Event()

    def __repr__(self) -> str:
        return f"Claim({self.run_id}, epoch {self.epoch})"

    def hold(self, connection: Connection) -> None:
        """Make sure, inside a transaction, that the run is still ours; it stays so until the commit."""
        runs = tables.runs.c
        mine = (runs.id == self.run_id, runs.epoch == self.epoch, runs.owner == self.owner)
        alive = update(tables.runs).where(*mine).values(beat=self._store.now(connection))
        if connection.execute(alive).rowcount != 1:
            raise LostClaim(
                f"another worker has taken over or ended run {self.run_id}, so this one stopped and sent nothing more. "
                f"`lading runs {self.run_id}` shows who carries it"
            )

    def beat(self) -> None:
        """Give a sign of life."""
        with self._store.write("beat") as connection:
            self.hold(connection)

    def release(self) -> None:
        """Let the next one take the run as it stands."""
        with self._store.write("released") as connection:
            self.hold(connection)
            connection.execute(update(tables.runs).where(tables.runs.c.id == self.run_id).values(owner=None))

    def __enter__(self) -> Self:
        self._heart = threading.Thread(target=self._keep_beating, name=f"beat of {self.run_id}", daemon=True)
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._heart:
            self._heart.join()
        # What cannot be released (it is over, lost, or the disk is full) falls with the lock of this process.
        with suppress(LadingError):
            self.release()

    def _keep_beating(self) -> None:
        # A failed beat is not this thread's to tell: the next write of the run meets the same error and tells it.
        with suppress(LostClaim):
            while not self._stop.wait(BEAT_SECONDS):
                with suppress(GaveUp):
                    self.beat()
