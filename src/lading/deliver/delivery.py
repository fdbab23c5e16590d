"""A run's batches on their way: what is sent, how its answer is taken, and what is left on disk for the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import polars as pl

from lading.amazon import AmazonError
from lading.clock import Clock
from lading.deliver.pace import Pace
from lading.deliver.retry import Decision, decide
from lading.destinations.destination import Destination
from lading.errors import Bug
from lading.ledger import Claim, Ledger
from lading.ledger.rows import Batch, NewBatch
from lading.model.frames import CHANGES
from lading.model.states import BatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """All that sending and following need of a run."""

    claim: Claim
    ledger: Ledger
    clock: Clock
    pace: Pace
    destination: Destination
    #: The connection's name, for messages.
    connection: str
    #: The run's changes, numbered without gaps.
    changes: Path
    #: Where outcome files go.
    outcomes: Path
    #: Called at each step with how many batches stand where, by group and state.
    tell: Callable[[Mapping[tuple[int, BatchState], int]], None]
    #: A number in 0..1.
    jitter: Callable[[], float]
    #: Failures in a row, by batch to send or to ask about, in this process: whoever comes again has a fresh budget.
    failures: Counter[tuple[str, int]] = field(default_factory=Counter)

    def decide(self, what: str, batch: Batch, error: AmazonError) -> Decision:
        """What to do about the failure of sending or asking about `batch`."""
        self.failures[what, batch.no] += 1
        return decide(error, self.failures[what, batch.no], self.jitter())

    def succeeded(self, what: str, batch: Batch) -> None:
        """Forget the failures before it."""
        self.failures.pop((what, batch.no), None)

    def lines(self, first: int, last: int) -> pl.Series:
        """The payload lines of the changes `first`..`last`."""
        return self.destination.lines(self.read(first, last))

    def read(self, first: int, last: int) -> pl.DataFrame:
        """The changes `first`..`last`."""
        rows = pl.scan_parquet(self.changes).slice(first, last - first + 1).select(list(CHANGES)).collect()
        if rows.height != last - first + 1 or rows.item(0, "no") != first:
            raise Bug(f"the changes {first}..{last} of run {self.claim.run_id} are not where they should be")
        return rows

    def body(self, batch: Batch) -> pl.Series:
        """The lines of a batch, seen to be those that were planned."""
        lines = self.lines(batch.first, batch.last)
        if digest(lines) != batch.body_sha256:
            raise Bug(
                f"batch {batch.no} of run {self.claim.run_id} does not serialize to the bytes that were planned"
            )
        return lines

    def halves(self, batch: Batch) -> tuple[NewBatch, ...]:
        """A batch as two."""
        middle = (batch.first + batch.last) // 2
        return tuple(self._half(batch, *span) for span in ((batch.first, middle), (middle + 1, batch.last)))

    def _half(self, batch: Batch, first: int, last: int) -> NewBatch:
        lines = self.lines(first, last)
        return NewBatch(
            group=batch.group, first=first, last=last, records=last - first + 1,
            bytes=size(lines), body_sha256=digest(lines), part=batch.part,
        )  # fmt: skip


def digest(lines: pl.Series) -> str:
    """What identifies a request's records: the lines as they are joined on the wire, without the envelope."""
    return sha256(_joined(lines)).hexdigest()


def size(lines: pl.Series) -> int:
    """Bytes of the joined lines."""
    return len(_joined(lines))


def _joined(lines: pl.Series) -> bytes:
    text: str = lines.str.join(",").item()
    return text.encode()
