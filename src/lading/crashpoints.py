"""The named moments at which a test may kill the process: around every commit, fsync, rename, request and answer.

Nothing happens at them unless a hook is set, or `LADING_CRASH_AT=NAME` or `NAME:N` stands in the environment: then the
process kills itself (SIGKILL, as a power cut would) when it reaches that moment for the N-th time. `*:N` is the N-th of all.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from lading.errors import Bug

#: What the ledger commits; each has a moment before and one after its COMMIT.
LEDGER_ACTS: Final = (
    "opened", "created", "claimed", "beat", "stopped", "released",
    "planned", "guarded", "delivering", "settling", "committing", "done", "failed", "cancelled",
    "ready", "sending", "sent", "polled", "unknown", "held", "stuck", "confirmed", "refused", "split",
    "audience_creating", "audience_created", "audience_adopted", "audience_updating", "audience_updated", "settled",
    "permit", "paused", "plan", "secret", "link", "audit", "swept", "verified",
    "fired", "firing_taken", "firing_ended", "schedule",
    "suppressed", "removed", "erased", "rewritten", "forgotten",
    "key", "left", "setting", "events",
)  # fmt: skip

#: Of runs that fill datasets, and of erasures from them; the other moments are theirs as well.
DATASET_ACTS: Final = (
    "dataset_creating", "dataset_ready", "dataset_emptied", "looked", "adopted", "absent", "let_go", "caught_up",
    "deletion_planned", "deletion_sending", "deletion_sent", "deletion_polled", "deletion_done",
)  # fmt: skip
DATASET_FILES: Final = ("rows", "left", "periods", "keys", "identities")
DATASET_TALKS: Final = (
    "create_dataset", "change_dataset", "put_files", "create_upload", "look_up", "ask_upload", "clean_up", "delete_people",
)  # fmt: skip

#: Kinds of files; each has a moment after it was written whole, flushed, renamed, and after its folder was flushed.
FILES: Final = (
    "membership", "records", "rejections", "changes", "outcomes", "index", "segment", "waybill", "audiences_json",
    "receipt", "events", "marks",
)  # fmt: skip

#: Conversations with Amazon; each has a moment before the first byte and one after the answer, or its loss.
TALKS: Final = ("deliver", "follow", "create_audience", "update_audience")


def _points(acts: tuple[str, ...], files: tuple[str, ...], talks: tuple[str, ...]) -> frozenset[str]:
    moments = ("after_write", "after_fsync", "after_rename", "after_folder_fsync")
    return frozenset(
        [f"ledger.{act}.{when}" for act in acts for when in ("before_commit", "after_commit")]
        + [f"{file}.{when}" for file in files for when in moments]
        + [f"{talk}.{when}" for talk in talks for when in ("before_send", "after_answer")]
    )


#: Moments that only datasets know.
DATASET_POINTS: Final = _points(DATASET_ACTS, DATASET_FILES, DATASET_TALKS)
POINTS: Final = _points(LEDGER_ACTS, FILES, TALKS) | DATASET_POINTS | {"forget.after_unlink"}

#: Stands for any of them.
ANY: Final = "*"

Hook = Callable[[str], None]
_hooks: list[Hook] = []


def reach(name: str) -> None:
    """Say that this moment has come. An unknown name is a bug of the caller."""
    if name not in POINTS:
        raise Bug(f"no crash point is called {name!r}")
    for hook in (*_hooks, _from_environment()):
        hook(name)


@contextmanager
def hooked(hook: Hook) -> Iterator[None]:
    """Call `hook` with the name of each moment that is reached; for tests."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)


@cache
def _from_environment() -> Hook:
    wish = os.environ.get("LADING_CRASH_AT", "")
    return _killer(wish) if wish else _nothing


def _killer(wish: str) -> Hook:
    name, _, count = wish.partition(":")
    if name not in {*POINTS, ANY} or not (count or "1").isdigit():
        raise Bug(f"LADING_CRASH_AT names no crash point: {wish!r}")
    reached = itertools.count(1)
    last = int(count or "1")

    def kill(point: str) -> None:
        if name in {point, ANY} and next(reached) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


def _nothing(_point: str) -> None:
    return None
