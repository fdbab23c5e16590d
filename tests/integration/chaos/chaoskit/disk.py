"""A disk that loses power: whatever was not flushed when the process fell is not there afterwards."""

import shutil
from unittest.mock import patch

from lading.membership import files


class Disk:
    """Knows what was flushed, and takes away the rest. What the ledger's database does for itself is not its business."""

    #: Where Lading's immutable files lie.
    ROOMS = ("runs", "plans", "members")

    def __init__(self, home):
        self.home = home
        #: Files whose bytes are on the disk; names that are, each with its folder.
        self._bytes, self._names = set(), set()

    def flushing(self):
        """Instead of flushing: remember it."""
        return patch.object(files, "flush", self.flush)

    def flush(self, path):
        """A file's bytes, or the names in a folder, are safe from here on."""
        if path.is_dir():
            self._names |= {_entry(one) for one in path.iterdir()}
        else:
            self._bytes.add(_identity(path))

    def cut(self):
        """The power fails."""
        for room in self.ROOMS:
            if (self.home / room).is_dir():
                self._cut(self.home / room)

    def _cut(self, path):
        if _entry(path) not in self._names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.is_dir():
            for inner in list(path.iterdir()):
                self._cut(inner)
        elif _identity(path) not in self._bytes:
            path.write_bytes(b"")


def _identity(path):
    found = path.stat()
    # A number is given again once its file is gone.
    return found.st_ino, found.st_ctime_ns if path.is_dir() else found.st_mtime_ns


def _entry(path):
    return str(path), path.stat().st_ino
