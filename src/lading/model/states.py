"""The states of runs and batches, and the lawful ways between them. The diagram in the docs is drawn from here."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """What a sync does with the members that its target already has."""

    ADD = "add"
    REMOVE = "remove"
    MIRROR = "mirror"
    UPSERT = "upsert"

    @property
    def shares(self) -> bool:
        """It leaves alone whomever its own source does not name, so another sync may write to the same audience.

        See docs/decisions/0018-syncs-that-share-an-audience.md.
        """
        return self is not Mode.MIRROR


class ForgetState(StrEnum):
    """Where an erasure stands: what is done of it. `suppressed`: whoever it names comes in no more; the rest is ahead."""

    SUPPRESSED = "suppressed"
    REMOVED = "removed"
    REWRITTEN = "rewritten"
    DONE = "done"


class DeletionState(StrEnum):
    """Where a request stands by which Amazon deletes people's rows from its datasets. `sending`: maybe asked already."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"


class RunState(StrEnum):
    """Where a run stands."""

    READING = "reading"
    PLANNED = "planned"
    GUARDED = "guarded"
    DELIVERING = "delivering"
    SETTLING = "settling"
    COMMITTING = "committing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """Where a batch stands. `held` waits for `retry_at`; `unknown` may or may not have reached Amazon."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    STUCK = "stuck"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    SPLIT = "split"


FORGET_WAYS: Final[dict[ForgetState, ForgetState]] = {
    ForgetState.SUPPRESSED: ForgetState.REMOVED,
    ForgetState.REMOVED: ForgetState.REWRITTEN,
    ForgetState.REWRITTEN: ForgetState.DONE,
}

RUN_ENDS: Final = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})
BATCH_ENDS: Final = frozenset({BatchState.CONFIRMED, BatchState.REFUSED, BatchState.SPLIT})

RUN_WAYS: Final[dict[RunState, frozenset[RunState]]] = {
    RunState.READING: frozenset({RunState.PLANNED, RunState.FAILED, RunState.CANCELLED}),
    RunState.PLANNED: frozenset(
        {RunState.GUARDED, RunState.DELIVERING, RunState.COMMITTING, RunState.FAILED, RunState.CANCELLED}
    ),
    RunState.GUARDED: frozenset({RunState.DELIVERING, RunState.CANCELLED}),
    RunState.DELIVERING: frozenset({RunState.SETTLING, RunState.FAILED, RunState.CANCELLED}),
    RunState.SETTLING: frozenset(
        {RunState.COMMITTING, RunState.DELIVERING, RunState.FAILED, RunState.CANCELLED}
    ),
    RunState.COMMITTING: frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED}),
    RunState.DONE: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
}

BATCH_WAYS: Final[dict[BatchState, frozenset[BatchState]]] = {
    # Held before it was ever sent: Amazon asked the whole connection to wait.
    BatchState.READY: frozenset({BatchState.SENDING, BatchState.HELD}),
    BatchState.SENDING: frozenset(
        {BatchState.SENT, BatchState.UNKNOWN, BatchState.HELD, BatchState.SPLIT, BatchState.REFUSED}
    ),
    # Sent after all: an upload whose answer was lost is found again in Amazon's list.
    BatchState.UNKNOWN: frozenset({BatchState.READY, BatchState.HELD, BatchState.STUCK, BatchState.SENT}),
    BatchState.HELD: frozenset({BatchState.READY, BatchState.SENDING}),
    # Held: its job failed and is worth one more attempt, later.
    BatchState.SENT: frozenset(
        {
            BatchState.CONFIRMED,
            BatchState.REFUSED,
            BatchState.SPLIT,
            BatchState.READY,
            BatchState.HELD,
            BatchState.STUCK,
        }
    ),
    BatchState.STUCK: frozenset({BatchState.SENT, BatchState.READY}),
    BatchState.CONFIRMED: frozenset(),
    BatchState.REFUSED: frozenset(),
    BatchState.SPLIT: frozenset(),
}
