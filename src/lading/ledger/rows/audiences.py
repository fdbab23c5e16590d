"""Audiences, and the generations of their members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lading.ledger.rows.files import FileLike, NamedFile
from lading.model.states import Mode


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
