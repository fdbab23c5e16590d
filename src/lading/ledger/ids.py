"""Ids that sort by when they were made."""

from __future__ import annotations

from threading import Lock

from ulid import ULID

from lading.clock import Clock

_lock = Lock()
_last = ULID.from_int(0)


def new_id(prefix: str, clock: Clock) -> str:
    """An id of its own: `r` for runs, `p` for plans, then a ULID. Those that this process makes sort as they were made."""
    global _last  # noqa: PLW0603
    with _lock:
        made = ULID.from_datetime(clock.now())
        # Of one millisecond the order would be left to chance, and a clock that is moved by hand may stand still.
        if made.milliseconds == _last.milliseconds and made < _last:
            made = ULID.from_int(int(_last) + 1)
        _last = made
    return f"{prefix}-{made}"
