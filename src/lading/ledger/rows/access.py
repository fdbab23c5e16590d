"""Who may ask the server, and who did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


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
