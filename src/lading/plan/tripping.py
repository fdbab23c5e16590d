"""What the guards of audiences (`guard.py`) and those of datasets (`row_guards.py`) have in common: how one trips, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from lading.plan.since import ColumnChange

#: Changes that are told in one sentence; more are counted.
_SHOWN: Final = 5


class Limit(Protocol):
    """So many, or such a share of a whole; its text is how the user wrote it."""

    def exceeded_by(self, number: int, whole: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Trip:
    """One guard that tripped: its name, by which it can be accepted, what it saw, and what may have happened."""

    name: str
    message: str
    perhaps: str = ""

    @property
    def text(self) -> str:
        """Both in one."""
        return f"{self.message}. {self.perhaps}" if self.perhaps else self.message


Facts = TypeVar("Facts")
Limits = TypeVar("Limits")

#: Guard -> how it looks (what it saw, or None) and what may have happened where it trips.
Guards = Mapping[str, tuple[Callable[[Facts, Limits], str | None], str]]


class _Rejected(Protocol):
    @property
    def read(self) -> int: ...
    @property
    def rejected(self) -> int: ...


class _MayReject(Protocol):
    @property
    def max_rejected(self) -> Limit | None: ...


def trips(guards: Guards[Facts, Limits], facts: Facts, limits: Limits) -> tuple[Trip, ...]:
    """The guards that trip."""
    looked = ((name, look(facts, limits), perhaps) for name, (look, perhaps) in guards.items())
    return tuple(Trip(name, seen, perhaps) for name, seen, perhaps in looked if seen)


def share(number: int, whole: int) -> str:
    """A number with its share of a whole."""
    return f"{number:,} of {whole:,} ({number / whole:.1%})" if whole else f"{number:,}"


def enumerated(told: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return "; ".join(told[:_SHOWN]) + more


def changed_columns(changes: Sequence[ColumnChange], watched: str) -> str | None:
    """What the guard `schema_changed` says; `watched`: any, read or off."""
    counted = [str(one) for one in changes if one.is_read or watched == "any"]
    if watched == "off" or not counted:
        return None
    return f"the source's columns are not those of the last run: {enumerated(counted)}. schema_changed is {watched}"


def _max_rejected(facts: _Rejected, limits: _MayReject) -> str | None:
    limit = limits.max_rejected
    if limit is None or not limit.exceeded_by(facts.rejected, facts.read):
        return None
    return f"{share(facts.rejected, facts.read)} rows were rejected, and max_rejected is {limit}"


#: A guard of both: how it looks, and what may have happened.
MAX_REJECTED: Final = (
    _max_rejected, "A column may hold something else than before; the plan counts the rejections by reason",
)  # fmt: skip
