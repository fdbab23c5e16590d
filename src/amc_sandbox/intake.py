"""Carrying out uploads and user deletions whose time has come: one after the other, beside the answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from amc_sandbox import world
from amc_sandbox.ingest import DatasetSpec, Identity, Outcome, UploadSpec
from amc_sandbox.ingest_words import dataset_spec, identity, upload_spec
from amc_sandbox.state.datasets import Dataset, Datasets
from amc_sandbox.state.deletions import Deletion, Deletions
from amc_sandbox.state.policy import Policy
from amc_sandbox.state.store import Store
from amc_sandbox.state.uploads import Upload, Uploads

#: Seconds of the machine's time for which requests wait for one piece of work, so that what is small is done at once.
PATIENCE: Final = 10.0
#: For which each of them waits after that.
GLANCE: Final = 1.0
#: After which a user deletion that broke is tried again.
AGAIN: Final = timedelta(minutes=1)
ZIP_WARNING: Final = "Compression format ZIP is deprecated since 2025-01-01"
INTERNAL: Final = "The upload failed because of an internal error"

_log = logging.getLogger("amc_sandbox")


class Ingestion(Protocol):
    """What reads uploads and keeps their rows."""

    def run(self, dataset: DatasetSpec, upload: UploadSpec, aws_account: str) -> Outcome: ...

    def drop(self, instance_id: str, dataset_id: str) -> None: ...

    def rename_column(self, instance_id: str, dataset_id: str, old: str, new: str) -> None: ...

    def drop_column(self, instance_id: str, dataset_id: str, name: str) -> None: ...

    def delete_people(self, instance_id: str, identities: Sequence[Identity]) -> int: ...


@dataclass(frozen=True, slots=True)
class Books:
    """What the intake reads and writes."""

    store: Store
    datasets: Datasets
    uploads: Uploads
    deletions: Deletions


class Intake:
    """Works in a thread of its own while something is due; there is none when nothing is."""

    def __init__(
        self,
        books: Books,
        ingestion: Callable[[], Ingestion],
        now: Callable[[], datetime],
        policy: Callable[[], Policy],
    ) -> None:
        self._books, self._ingestion, self._now, self._policy = books, ingestion, now, policy
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._in_hand: Upload | Deletion | None = None
        self._stopping = self._given_up = False

    def settle(self) -> None:
        """Wait until all that is due has been done; not for long, when it takes long."""
        while not self._stopping and (thread := self._wake()) is not None:
            thread.join(max(GLANCE, self._began + PATIENCE - time.monotonic()))
            if time.monotonic() > self._began + PATIENCE:
                return

    def works_on(self, dataset: Dataset) -> bool:
        """Whether its rows are being written at this moment."""
        work = self._in_hand
        if isinstance(work, Upload):
            return work.dataset_number == dataset.number
        return work is not None and work.instance_id == dataset.instance_id

    @contextmanager
    def halted(self) -> Iterator[None]:
        """No work is going on, and none begins."""
        self.halt()
        try:
            yield
        finally:
            self._stopping = False

    def halt(self, patience: float | None = None) -> None:
        """Begin no other piece of work, and wait for the one in hand.

        One that takes longer than `patience` seconds of the machine's time is given up: it is for the next start to do.
        """
        self._stopping = True
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(patience)
            self._given_up = thread.is_alive()

    def _wake(self) -> threading.Thread | None:
        """The thread that works, started when something is due; None when nothing is."""
        with self._books.store.transaction():
            self._books.uploads.begin(self._now())
            if self._next() is None:
                return None
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._began = time.monotonic()
                self._thread = threading.Thread(target=self._work, name="amc-sandbox-intake", daemon=True)
                self._thread.start()
            return self._thread

    def _next(self) -> Upload | Deletion | None:
        """What came due first."""
        now = self._now()
        upload, deletion = self._books.uploads.due(now), self._books.deletions.due(now)
        if upload is None or (deletion is not None and deletion.ends_at < upload.life.ends_at):
            return deletion
        return upload

    def _work(self) -> None:
        while not self._stopping:
            with self._books.store.transaction():
                work = self._in_hand = self._next()
                dataset = (
                    self._books.datasets.by_number(work.dataset_number) if isinstance(work, Upload) else None
                )
            if work is None:
                return
            self._began = time.monotonic()
            try:
                if isinstance(work, Upload):
                    outcome = self._outcome(work, dataset)
                    if not self._given_up:
                        self._end(work, outcome)
                else:
                    self._delete_people(work)
            finally:
                self._in_hand = None

    def _outcome(self, upload: Upload, dataset: Dataset | None) -> Outcome:
        if dataset is None:
            return Outcome(ok=False, message=f"Data set {upload.dataset_id} does not exist any more")
        if upload.fails:
            return Outcome(ok=False, message=INTERNAL)
        spec = upload_spec(
            upload, always_replace=not dataset.is_fact and self._policy().dimension_uploads == "replace"
        )
        found = world.instance(upload.instance_id)
        try:
            return self._ingestion().run(
                dataset_spec(dataset), spec, found.upload_aws_account if found else ""
            )
        except Exception:  # noqa: BLE001  (whatever breaks, an upload comes to an end)
            _log.exception("upload %s", upload.upload_id)
            return Outcome(ok=False, message=INTERNAL)

    def _end(self, upload: Upload, outcome: Outcome) -> None:
        warned = outcome.ok and upload.request["compressionFormat"] == "ZIP"
        with self._books.store.transaction():
            self._books.uploads.finish(
                upload,
                "SUCCESS" if outcome.ok else "FAILED",
                ZIP_WARNING if warned else outcome.message,
                outcome.metrics,
            )

    def _delete_people(self, one: Deletion) -> None:
        """A request has no way to fail: what breaks is tried again after a while."""
        try:
            self._ingestion().delete_people(one.instance_id, [identity(it) for it in one.identities])
        except Exception:  # noqa: BLE001  (whatever breaks, the sandbox goes on)
            _log.exception("user deletion request %s", one.deletion_id)
            with self._books.store.transaction():
                self._books.deletions.postpone(one, self._now() + AGAIN)
            return
        with self._books.store.transaction():
            self._books.deletions.finish(one)
