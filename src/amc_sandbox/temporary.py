"""A folder until the end of a sandbox; whoever comes next takes away those of sandboxes that were killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

_NAME: Final = "amc-sandbox-"
_LOCK: Final = "lock"


class TemporaryFolder:
    """It is there and held as soon as it has its name."""

    def __init__(self) -> None:
        for other in Path(tempfile.gettempdir()).glob(f"{_NAME}*/{_LOCK}"):
            _take_away(other)
        made = Path(tempfile.mkdtemp(prefix=f"new-{_NAME}"))
        (made / _LOCK).touch()
        self._held = _hold(made / _LOCK)
        self.path = made.rename(made.with_name(made.name.removeprefix("new-")))

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._held.close()


def _hold(lock: Path) -> IO[str]:
    held = lock.open()  # only read: in a folder of everybody's it may be a link to anything
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise
    return held


def _take_away(lock: Path) -> None:
    """Nobody holds it: its sandbox is dead. What belongs to somebody else stays."""
    with suppress(OSError), _hold(lock):
        shutil.rmtree(lock.parent, ignore_errors=True)
