"""The ledger's tables as they are now. `migrations/` leads every older ledger here; a test holds the two together."""

from __future__ import annotations

from lading.ledger.tables.datasets import datasets, periods, uploads
from lading.ledger.tables.events import event_counts, event_files, event_logs, event_marks
from lading.ledger.tables.forgets import deletions, forgets, suppressions
from lading.ledger.tables.pace import CARRYING, pauses, permits
from lading.ledger.tables.runs import (
    FIRED,
    POLLABLE,
    SENDABLE,
    UNFINISHED,
    audiences,
    batches,
    generations,
    plans,
    runs,
    unsettled,
)
from lading.ledger.tables.schedules import WAITING, firings, schedules
from lading.ledger.tables.schema import metadata, words
from lading.ledger.tables.settings import api_keys, audit, home, links, made_settings, secrets
from lading.ledger.tables.verifications import dataset_verifications, verifications

__all__ = [
    "CARRYING",
    "FIRED",
    "POLLABLE",
    "SENDABLE",
    "UNFINISHED",
    "WAITING",
    "api_keys",
    "audiences",
    "audit",
    "batches",
    "dataset_verifications",
    "datasets",
    "deletions",
    "event_counts",
    "event_files",
    "event_logs",
    "event_marks",
    "firings",
    "forgets",
    "generations",
    "home",
    "links",
    "made_settings",
    "metadata",
    "pauses",
    "periods",
    "permits",
    "plans",
    "runs",
    "schedules",
    "secrets",
    "suppressions",
    "unsettled",
    "uploads",
    "verifications",
    "words",
]
