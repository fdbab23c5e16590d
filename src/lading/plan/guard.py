"""Guards: what must not happen unseen. A guard that trips sends nothing until somebody has looked and accepted it by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

#: What a user accepts them by.
NAMES: Final = ("empty_source", "max_rejected", "max_removals", "min_records")


class Limit(Protocol):
    """So many, or such a share of a whole; its text is how the user wrote it."""

    def exceeded_by(self, number: int, whole: int) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The guards' numbers, named as in lading.yaml. None: that guard is off."""

    max_rejected: Limit | None = None
    max_removals: Limit | None = None
    min_records: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at."""

    #: Rows of the source, and those turned away.
    read: int
    rejected: int
    #: People of the source.
    recorded: int
    #: Members of the audience before the run, and how many of them it would remove.
    members: int
    removals: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One guard that tripped: its name, by which it can be accepted, and what it saw."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All guards that tripped, none of which was accepted."""

    tripped: tuple[Trip, ...]

    @property
    def clear(self) -> bool:
        """Nothing stands in the way."""
        return not self.tripped

    def without(self, *accepted: str) -> Verdict:
        """The verdict once somebody has accepted these guards by name."""
        return Verdict(tuple(trip for trip in self.tripped if trip.name not in accepted))


def judge(facts: Facts, limits: Limits) -> Verdict:
    """Hold a plan's numbers against the guards."""
    return Verdict(tuple(_trips(facts, limits)))


def _trips(facts: Facts, limits: Limits) -> Iterator[Trip]:
    if not facts.recorded:
        rows = "no row" if not facts.read else f"{facts.read:,} rows, all of them rejected"
        yield Trip("empty_source", f"the source has nobody in it: {rows}. See whether it is the right file")
    if limits.max_rejected is not None and limits.max_rejected.exceeded_by(facts.rejected, facts.read):
        yield Trip(
            "max_rejected",
            f"{_share(facts.rejected, facts.read)} rows were rejected, and max_rejected is {limits.max_rejected}",
        )
    if limits.max_removals is not None and limits.max_removals.exceeded_by(facts.removals, facts.members):
        yield Trip(
            "max_removals",
            f"{_share(facts.removals, facts.members)} members would be removed, and max_removals is {limits.max_removals}",
        )
    if limits.min_records is not None and facts.recorded < limits.min_records:
        yield Trip(
            "min_records",
            f"the source has {facts.recorded:,} people, and min_records is {limits.min_records:,}",
        )


def _share(number: int, whole: int) -> str:
    return f"{number:,} of {whole:,} ({number / whole:.1%})" if whole else f"{number:,}"
