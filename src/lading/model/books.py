"""The books of a run: every row that was read and every record that had to be sent is accounted for."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Counts that must add up. `imbalance` is empty when they do."""

    #: Rows of the input.
    read: int
    #: People: rows that opened a record.
    recorded: int
    #: Rows that added an identifier set to a person.
    merged: int
    #: Rows that added nothing.
    duplicate: int
    #: Rows turned away, each with a reason.
    rejected: int
    #: People who are members already, as they stand.
    unchanged: int
    #: People whose change has to be sent; `removed` ones are not among the recorded.
    changed: int
    removed: int = 0
    #: Changes by what became of them; `changed + removed` in sum.
    confirmed: int
    refused: int
    pending: int
    #: People taken out of an old run's books by an erasure.
    erased: int = 0

    def imbalance(self) -> tuple[str, ...]:
        """The sums that do not hold, in words; none when the books balance."""
        sums = (
            ("read = recorded + merged + duplicate + rejected", self.read,
             self.recorded + self.merged + self.duplicate + self.rejected),
            ("recorded = unchanged + changed", self.recorded, self.unchanged + self.changed),
            ("changed + removed = confirmed + refused + pending", self.changed + self.removed,
             self.confirmed + self.refused + self.pending + self.erased),
        )  # fmt: skip
        return tuple(f"{rule}: {left:,} is not {right:,}" for rule, left, right in sums if left != right)

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)
