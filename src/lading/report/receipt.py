"""The receipt of an erasure: what was asked, what was done, and nothing by which anybody could be known without the key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

#: The version of a receipt's shape.
SHAPE: Final = 1

#: What the signature does not cover: itself.
SIGNATURE: Final = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What Amazon said of one request of a removal, in its last state."""

    job: str | None
    state: str
    confirmed: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A run that took people out of an audience."""

    audience_id: str | None
    audience: str
    run: str
    state: str
    removed: int
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDeletion:
    """A request by which Amazon deleted rows of people from all datasets of an instance."""

    instance_id: str
    request: str | None
    #: How many hashes it named.
    identities: int
    state: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a receipt tells."""

    id: str
    home: str
    program: str
    asked_at: datetime
    done_at: datetime
    asked: Mapping[str, int]
    people: int
    shared: int
    key_check: str
    marks: Sequence[tuple[str, str, str]]
    removals: Sequence[Removal]
    files: Sequence[Mapping[str, Any]]
    repeats: str | None
    deletions: Sequence[DatasetDeletion] = ()
    #: Folders in S3 with files that were uploaded before.
    left_in_s3: Sequence[str] = ()


def body(facts: Facts, public_key: str) -> dict[str, Any]:
    """The receipt without its signature."""
    lines = sum(int(one.get("lines", 0)) for one in facts.files)
    return {
        "lading_receipt": SHAPE,
        "id": facts.id,
        "home": facts.home,
        "program": facts.program,
        "asked_at": _moment(facts.asked_at),
        "done_at": _moment(facts.done_at),
        "repeats": facts.repeats,
        "asked": dict(facts.asked),
        "people_found": facts.people,
        "shared_identifiers_kept": facts.shared,
        "suppressed": {
            "key_check": facts.key_check,
            "marks": [
                {"kind": kind, "sieve": sieve, "hmac": hmac} for kind, sieve, hmac in sorted(facts.marks)
            ],
        },
        "removals": [asdict(one) for one in facts.removals],
        "dataset_deletions": [_deletion(one) for one in facts.deletions],
        "left_in_s3": list(facts.left_in_s3),
        "files": [dict(one) for one in facts.files],
        "lines_erased": lines,
        "public_key": public_key,
    }


def signed_text(receipt: Mapping[str, Any]) -> bytes:
    """What is signed: the receipt but for its signature, as JSON with sorted keys and no blanks."""
    rest = {name: value for name, value in receipt.items() if name != SIGNATURE}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _deletion(one: DatasetDeletion) -> dict[str, Any]:
    return {**asdict(one), "done_at": _moment(one.done_at) if one.done_at else None}


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
