"""Plans and runs, and what a run comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lading.ledger.rows.audiences import NewGeneration
from lading.ledger.rows.batches import NewBatch
from lading.ledger.rows.files import FileLike, NamedFile
from lading.model.books import Books
from lading.model.states import RUN_ENDS, Mode, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan that was made and may be applied as long as `base_generation` is the last one."""

    id: str
    sync: str
    target: str
    base_generation: int
    source_version: str
    profile: str
    files: Mapping[str, NamedFile]
    counts: Mapping[str, Any]
    batches: tuple[Mapping[str, Any], ...]
    created_at: datetime

    @property
    def undoes(self) -> str | None:
        """The run that it would take back, if it is the plan of an undo."""
        seen: Mapping[str, Any] = self.counts.get("seen", {})
        return seen.get("undoes")

    @property
    def repairs(self) -> int | None:
        """The generation whose members it would send again, if it is the plan of a repair."""
        seen: Mapping[str, Any] = self.counts.get("seen", {})
        return seen.get("repairs")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a run is opened with."""

    sync: str
    target: str
    mode: Mode
    plan: str | None = None
    #: How long the command waits for Amazon; None: until it is done.
    max_wait: timedelta | None = None
    #: The erasure whose people it removes.
    forget: str | None = None
    #: The fire time of its sync's schedule that it is for.
    fired_for: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a sync for one target."""

    id: str
    sync: str
    target: str
    mode: Mode
    state: RunState
    plan: str | None
    base_generation: int | None
    #: `HOST/WORKER/PID` of whoever carries it now.
    owner: str | None
    #: Grows with every claim; a write with an older one changes nothing.
    epoch: int
    #: Last sign of life, by the database's own clock; all other moments are by the run's.
    beat: datetime | None
    created_at: datetime
    claimed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    deadline: datetime | None
    max_wait_seconds: int | None
    books: Books | None
    files: Mapping[str, NamedFile]
    problem_code: str | None
    problem_message: str | None
    exit_code: int | None
    accepted_guards: tuple[str, ...]
    #: What the next run of the sync is held against: people, columns, settings; None until it is planned.
    seen: Mapping[str, Any] | None = None
    #: Name and words of each guard that tripped.
    tripped: Sequence[Sequence[str]] | None = None
    #: The erasure whose people it removes, instead of carrying its source.
    forget: str | None = None
    #: The fire time that it is for, where its schedule began it.
    fired_for: datetime | None = None
    #: Runs are opened in this order.
    no: int = 0

    @property
    def undoes(self) -> str | None:
        """The run that this one takes back, if it does."""
        return (self.seen or {}).get("undoes")

    @property
    def manner(self) -> str:
        """Its mode, or that it is an undo; of a dataset what it does with late rows, or Amazon's word for it."""
        dataset = (self.seen or {}).get("dataset", {})
        return "undo" if self.undoes else dataset.get("late") or dataset.get("strategy") or str(self.mode)

    @property
    def over(self) -> bool:
        """Nothing is left to do for it."""
        return self.state in RUN_ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """All that the planned transaction commits at once."""

    base_generation: int
    files: Mapping[str, FileLike]
    batches: tuple[NewBatch, ...]
    books: Books
    plan: str | None = None
    #: Name and words of each guard that tripped: with any, the run is guarded and nothing is sent.
    tripped: Sequence[tuple[str, str]] = ()
    seen: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a run ends, as its last transaction commits it."""

    state: RunState
    books: Books | None
    exit_code: int
    files: Mapping[str, FileLike] = field(default_factory=dict)
    #: None: the membership stays as it is.
    generation: NewGeneration | None = None
    problem: tuple[str, str] | None = None
