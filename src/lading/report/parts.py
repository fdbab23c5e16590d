"""The parts of a run: upload jobs of at most 100,000 identifiers, as people count them.

A part is created with the plan, its requests upload it, and it is complete once Amazon has finished with every one of them: at
Amazon each request is a job of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class PartOfBatch(Protocol):
    """What a batch says of its part."""

    @property
    def part(self) -> int | None: ...
    @property
    def records(self) -> int: ...
    @property
    def final(self) -> bool: ...
    @property
    def job_request_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part as it stands."""

    #: From 1.
    part: int
    #: created: nothing has left; uploading; uploaded: Amazon has all of it; complete: and has finished with it.
    state: str
    requests: int
    records: int
    #: Amazon's job for each request that it has accepted.
    jobs: tuple[str, ...]


def parts(batches: Iterable[PartOfBatch]) -> tuple[Part, ...]:
    """The parts of these batches, of which none was split (its halves stand for it); none where the plan did not number them."""
    by_number: dict[int, list[PartOfBatch]] = {}
    for batch in batches:
        if batch.part is not None:
            by_number.setdefault(batch.part, []).append(batch)
    return tuple(_part(number, by_number[number]) for number in sorted(by_number))


def _part(number: int, batches: list[PartOfBatch]) -> Part:
    jobs = tuple(batch.job_request_id for batch in batches if batch.job_request_id)
    return Part(
        part=number, state=_state(batches, len(jobs)), requests=len(batches),
        records=sum(batch.records for batch in batches), jobs=jobs,
    )  # fmt: skip


def _state(batches: list[PartOfBatch], jobs: int) -> str:
    if all(batch.final for batch in batches):
        return "complete"
    if all(batch.job_request_id or batch.final for batch in batches):
        return "uploaded"
    return "uploading" if jobs or any(batch.final for batch in batches) else "created"
