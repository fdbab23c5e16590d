"""The rows of the ledger as frozen values. Moments are aware and in UTC; ids are text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from lading.model.agreement import Agreement
from lading.model.books import Books
from lading.model.states import BATCH_ENDS, RUN_ENDS, BatchState, ForgetState, Mode, RunState


class FileLike(Protocol):
    """What the ledger wants to know of a file that it names."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def rows(self) -> int: ...


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that counts because a row names it; `name` is relative to the folder of its run or target."""

    name: str
    sha256: str
    bytes: int
    rows: int

    @classmethod
    def like(cls, file: FileLike) -> NamedFile:
        """The same facts of any room's file."""
        return cls(file.name, file.sha256, file.bytes, file.rows)

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


class AudienceState(StrEnum):
    """`creating`: asked of Amazon, the answer not yet written down."""

    CREATING = "creating"
    READY = "ready"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One target of ours: an audience at Amazon, its owner, and the number of its last committed generation."""

    target: str
    sync: str
    connection: str
    mode: Mode
    external_audience_id: str
    name: str
    description: str
    country: str | None
    #: What Amazon was last told, as with the description and the fees.
    ttl_seconds: int | None
    #: AMC, AMC_AND_DSP or DSP; None where an older Lading made it.
    destination: str | None
    fees: list[dict[str, Any]] | None
    #: A change was sent and its answer is not known: it is sent again.
    updating: bool
    audience_id: str | None
    state: AudienceState
    #: 0 until the first commit.
    generation: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAudience:
    """What has to be known before an audience is asked for."""

    target: str
    sync: str
    connection: str
    mode: Mode
    external_audience_id: str
    name: str
    description: str = ""
    country: str | None = None
    ttl_seconds: int | None = None
    destination: str | None = None
    #: As Amazon's JSON has them.
    fees: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceUpdate:
    """What may be changed of an audience that exists."""

    description: str
    ttl_seconds: int | None
    fees: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One committed state of a target's membership."""

    target: str
    number: int
    run: str
    index: NamedFile
    segments: tuple[NamedFile, ...]
    members: int
    #: The time that its members' ends were counted with; None: they have none.
    ttl_seconds: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGeneration:
    """The membership after a run: the whole list of segments, not only the new one."""

    index: FileLike
    segments: tuple[FileLike, ...]
    members: int
    ttl_seconds: int | None = None


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
class NewBatch:
    """One request's worth of changes: numbers `first`..`last` (both in) of the run's changes, all of one group."""

    group: int
    first: int
    last: int
    records: int
    bytes: int
    body_sha256: str
    #: The part of at most 100,000 identifiers that it belongs to, from 1; None in a plan of an older Lading.
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it stands. `maybe_sent_at`: when the last attempt began whose answer was lost."""

    run: str
    no: int
    group: int
    first: int
    last: int
    records: int
    bytes: int
    body_sha256: str
    part: int | None
    state: BatchState
    attempt: int
    depth: int
    parent: int | None
    epoch: int
    job_request_id: str | None
    started_at: datetime | None
    sent_at: datetime | None
    retry_at: datetime | None
    next_poll_at: datetime | None
    maybe_sent_at: datetime | None
    #: How often it was sent again because its job ended without taking it.
    resends: int
    confirmed: int
    refused: int
    outcome_file: str | None
    outcome_sha256: str | None
    problem: str | None

    @property
    def maybe_sent(self) -> bool:
        """An attempt's answer was lost: Amazon may act on it yet."""
        return self.maybe_sent_at is not None

    @property
    def final(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in BATCH_ENDS


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What became of a batch, with the file that says it of each record."""

    state: BatchState
    confirmed: int
    refused: int
    file: FileLike | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How many requests a scope (a profile) allows, and how many records the connection that they go through."""

    scope: str
    per_second: float
    per_hour: int
    #: The connection that records are counted by; "" where none are sent.
    lane: str = ""
    records_per_hour: int = 15_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceUsed:
    """How much of a pace is in use at a moment."""

    #: Requests of the last second and the last hour, and records of the last hour.
    second: int
    hour: int
    records: int
    #: What it has of its pace since the last 429, 0 to 1.
    share: float
    #: How long nobody may send, because Amazon said so.
    silent: timedelta
    #: 429s that were ever heard.
    throttled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What Amazon gave us for a connection of the settings."""

    connection: str
    amazon_connection_id: str | None
    region: str
    profile_id: str
    account_id: str | None
    instance_id: str | None
    advertiser_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One day's comparison of a target with Amazon's counts."""

    target: str
    #: The date in UTC, such as 2026-03-01.
    day: str
    at: datetime
    agreement: Agreement
    #: Members whom we hold as confirmed and not expired.
    members: int
    #: Amazon's counts; None where it has none, or cannot have them yet.
    received: int | None
    matched: int | None
    dsp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVerification:
    """One day's comparison of a dataset with what Amazon says of its uploads."""

    target: str
    #: The date in UTC, such as 2026-03-01.
    day: str
    at: datetime
    agreement: Agreement
    #: Rows that were sent and still count, by what is held here.
    rows: int
    #: What Amazon said that it wrote of the uploads that these came by, and what it says now; None where it says nothing.
    confirmed: int
    written: int | None
    #: Uploads of others since our last one.
    others: int


class Role(StrEnum):
    """What a key of the API may do: all of it, look only, or hand in events only."""

    ADMIN = "admin"
    READ = "read"
    EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of the API, without the key."""

    id: str
    role: Role
    name: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what and when; never a personal detail."""

    at: datetime
    what: str
    who: str
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that is suppressed, as keyed hashes of it: see `prepare/suppression.py`."""

    kind: str
    sieve: str
    hmac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewForget:
    """What an erasure is opened with: only counts and keyed hashes, never an id or an identifier."""

    marks: frozenset[Mark]
    #: How many ids and identifiers were asked for, by kind.
    asked: Mapping[str, int]
    #: External ids that were found in the home's files.
    people: int
    #: Identifiers of theirs that others carry, too, and that are not suppressed for that.
    shared: int
    #: Tells the key of the marks from another.
    key_check: str
    #: The receipt that is carried out once more, after a restore.
    repeats: str | None = None
    #: The file with the hashes by which Amazon is asked to delete rows from datasets.
    identities: NamedFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """One erasure, of one person or several."""

    id: str
    state: ForgetState
    asked: Mapping[str, int]
    people: int
    shared: int
    key_check: str
    repeats: str | None
    #: What was rewritten or deleted so far: {"file", "lines"}, or {"file", "deleted"}.
    erased: tuple[Mapping[str, Any], ...]
    receipt: Mapping[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    #: The file with the hashes by which Amazon is asked to delete rows from datasets, as long as it is needed.
    identities: NamedFile | None = None

    @property
    def over(self) -> bool:
        """Nothing is left to do for it."""
        return self.state is ForgetState.DONE
