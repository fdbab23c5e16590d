"""The rows of the ledger as frozen values. Moments are aware and in UTC; ids are text."""

from __future__ import annotations

from lading.ledger.rows.access import ApiKey, AuditEntry, Role
from lading.ledger.rows.audiences import (
    Audience,
    AudienceState,
    AudienceUpdate,
    Generation,
    NewAudience,
    NewGeneration,
)
from lading.ledger.rows.batches import Batch, BatchOutcome, NewBatch
from lading.ledger.rows.connections import Link
from lading.ledger.rows.files import FileLike, NamedFile
from lading.ledger.rows.forgets import Forget, Mark, NewForget
from lading.ledger.rows.pace import Pace, PaceUsed
from lading.ledger.rows.runs import NewRun, Plan, Planned, Run, Verdict
from lading.ledger.rows.verifications import DatasetVerification, Verification

__all__ = [
    "ApiKey",
    "Audience",
    "AudienceState",
    "AudienceUpdate",
    "AuditEntry",
    "Batch",
    "BatchOutcome",
    "DatasetVerification",
    "FileLike",
    "Forget",
    "Generation",
    "Link",
    "Mark",
    "NamedFile",
    "NewAudience",
    "NewBatch",
    "NewForget",
    "NewGeneration",
    "NewRun",
    "Pace",
    "PaceUsed",
    "Plan",
    "Planned",
    "Role",
    "Run",
    "Verdict",
    "Verification",
]
