"""Erasures: counts of people, and marks that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lading.ledger.rows.files import NamedFile
from lading.model.states import ForgetState


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
