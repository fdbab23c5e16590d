"""What Amazon gave for a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
