"""Who carries a run, and whether he still lives: one lock file a process, held as long as the process lives."""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, Self

#: A holder on another host counts as dead when he gave no sign for this long.
SILENCE: Final = timedelta(seconds=60)

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Owner:
    """Host, worker and process that hold a run."""

    host: str
    worker: str
    pid: int

    def __str__(self) -> str:
        return f"{self.host}/{self.worker}/{self.pid}"

    @classmethod
    def parse(cls, written: str) -> Owner:
        """The owner as the ledger keeps him."""
        host, worker, pid = written.rsplit("/", 2)
        return cls(host, worker, int(pid))

    @property
    def hostname(self) -> str:
        """The host as people call it."""
        return self.host.partition("#")[0]


class Worker:
    """The process that runs, as an owner. Its lock falls with the process, however that ends."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "workers"
        self.folder.mkdir(parents=True, exist_ok=True)
        _sweep(self.folder)
        name = uuid.uuid4().hex
        self._path = self.folder / f"{name}.lock"
        self._lock = _locked(self._path)
        self.owner = Owner(host_of(self.folder), name, os.getpid())

    def dead(self, other: Owner, beat: datetime | None, now: datetime) -> bool:
        """Whether `other` can never write again; `beat` and `now` are by the database's clock."""
        silent = beat is None or now - beat > SILENCE
        if other.host != self.owner.host:
            return silent
        lock = self.folder / f"{other.worker}.lock"
        if not lock.exists():
            return silent or not _process_exists(other.pid)
        return _free(lock)

    def gone(self, name: str) -> bool:
        """Whether the worker of this name can never write again."""
        return name != self.owner.worker and _free(self.folder / f"{name}.lock")

    def others(self) -> bool:
        """Whether any other process works in this home now."""
        return any(path != self._path and not _free(path) for path in self.folder.glob("*.lock"))

    def close(self) -> None:
        """Go in an orderly way: the lock file goes too."""
        if self._lock >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def host_of(folder: Path) -> str:
    """A name that two processes share only if a lock in `folder` is seen by both.

    Host names are not enough: containers made from one image may share theirs and have two folders.
    """
    where = folder.stat()
    boot = _BOOT_ID.read_text() if _BOOT_ID.exists() else str(uuid.getnode())
    mark = sha256(f"{boot}/{where.st_dev}/{where.st_ino}".encode()).hexdigest()[:12]
    return f"{socket.gethostname()}#{mark}"


def _locked(path: Path) -> int:
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A sweeper may have taken the file away between the two calls; then the lock would be on nothing.
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(lock).st_ino:
                return lock
        os.close(lock)


def _free(path: Path) -> bool:
    # Shared, so that two who look at the same time do not take each other for the holder.
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return _got(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


def _got(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(folder: Path) -> None:
    """Take away the files of dead workers, each under its own lock, so that no living one loses his."""
    for path in folder.glob("*.lock"):
        with suppress(FileNotFoundError):
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            if _got(lock, fcntl.LOCK_EX):
                path.unlink(missing_ok=True)
            os.close(lock)


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
