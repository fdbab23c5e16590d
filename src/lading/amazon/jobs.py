"""`GET /amc/audiences/records/{jobRequestId}`: what became of records that were sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lading.amazon.gateway import AUDIENCES, Call, Gateway, segment
from lading.amazon.masking import shown
from lading.amazon.shapes import Shape
from lading.amazon.sizes import AudienceSize, size_of

_PATH: Final = "/amc/audiences/records"


class JobState(StrEnum):
    """Where a job stands, in Amazon's words. OTHER is a word that Amazon does not document: not final."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    PARTIALLYSUCCEEDED = "PARTIALLYSUCCEEDED"
    FAILED = "FAILED"
    COMPLETED = "COMPLETED"
    OTHER = "OTHER"


#: Amazon's guide stops at SUCCEEDED and FAILED; COMPLETED stands in its schema alone. All four are ends.
FINAL_STATES: Final = frozenset(
    {JobState.SUCCEEDED, JobState.PARTIALLYSUCCEEDED, JobState.FAILED, JobState.COMPLETED}
)
_SUCCESSES: Final = frozenset({JobState.SUCCEEDED, JobState.COMPLETED})


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """One record that Amazon turned away."""

    #: The record's `externalUserId`; Amazon's schema says that it may be the audience's external id instead.
    external_id: str
    #: Amazon's reason, cleaned, masked, at most 500 characters.
    error: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as Amazon tells it."""

    job_request_id: str
    state: JobState
    #: Percent of the records that were processed without error, 0..100; None where Amazon does not say.
    rate: float | None
    #: The records that Amazon turned away and named, at most 10,000.
    refused: tuple[RefusedRecord, ...]
    #: How many more it turned away without naming them.
    unnamed: int
    size: AudienceSize | None

    @property
    def final(self) -> bool:
        """True when Amazon will say nothing new about it."""
        return self.state in FINAL_STATES


class Jobs:
    """The jobs of records that were sent."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def get(self, job_request_id: str) -> Job:
        """Where a job stands.

        Raises:
            NotFound: Amazon knows no such job, or does not know it yet.

        """
        path = f"{_PATH}/{segment(job_request_id, 'the jobRequestId')}"
        shape = Shape.of(self._gateway.ask(Call("GET", path, AUDIENCES, once=True)))
        return _job(job_request_id, shape)


def percent(rate: float | None, *, all_went_well: bool) -> float | None:
    """The rate as 0..100, though nobody says whether Amazon counts to 1 or to 100.

    Above 1 it is percent; below 1 a fraction. Read wrongly, that is still more than 0 and less than 100: some records failed,
    which is all that one may conclude. Exactly 1 is all of them only where nothing contradicts it (`all_went_well`: a
    state of success, and nobody refused); else it is 1 percent, so that no failure passes for a success.
    """
    if rate is None:
        return None
    if rate > 1:
        return min(rate, 100.0)
    if rate == 1:
        return 100.0 if all_went_well else 1.0
    return max(rate, 0.0) * 100.0


def _job(job_request_id: str, shape: Shape) -> Job:
    state = _state(shape)
    invalid = shape.maybe_items("invalidRecords")
    named = tuple(_refused(each) for each in invalid if each.maybe_identifier("externalId"))
    rate = shape.inner("successful").number("recordsProcessedRate")
    size = size_of(shape.inner("audienceSize"))
    return Job(
        job_request_id=shape.maybe_identifier("jobRequestId") or job_request_id,
        state=state,
        rate=percent(rate, all_went_well=state in _SUCCESSES and not invalid),
        refused=named,
        unnamed=len(invalid) - len(named),
        size=size if shape.has("audienceSize") else None,
    )


def _state(shape: Shape) -> JobState:
    try:
        return JobState(shape.identifier("jobState").upper())
    except ValueError:
        return JobState.OTHER


def _refused(shape: Shape) -> RefusedRecord:
    return RefusedRecord(shape.identifier("externalId"), shown(shape.text("error")))
