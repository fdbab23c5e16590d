"""Audiences: what they are called, where they go and how long a member stays."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amc_sandbox.clock import micros
from amc_sandbox.state.connections import Owner
from amc_sandbox.state.store import Store

Fees = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Audience:
    audience_id: int
    owner: Owner
    name: str
    description: str
    country: str | None
    external_id: str
    #: One of the two is set: a connection leads to AMC and DSP, an advertiser to DSP alone.
    connection_id: str | None
    advertiser_id: str | None
    #: Seconds.
    ttl: int
    fees: Fees | None


class Audiences:
    """Made and changed by the metadata calls; there is no list and no end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, audience: Audience, now: datetime) -> None:
        self._store.run(
            "insert into audiences values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            audience.audience_id, audience.owner.user, audience.owner.client_id, audience.name, audience.description,
            audience.country, audience.external_id, audience.connection_id, audience.advertiser_id, audience.ttl,
            None if audience.fees is None else json.dumps(audience.fees), micros(now),
        )  # fmt: skip

    def find(self, audience_id: int) -> Audience | None:
        """Whoever it belongs to."""
        row = self._store.row("select * from audiences where audience_id = ?", audience_id)
        return None if row is None else _audience(row)

    def get(self, owner: Owner, audience_id: int) -> Audience | None:
        found = self.find(audience_id)
        return found if found is not None and found.owner == owner else None

    def has_external_id(self, owner: Owner, external_id: str) -> bool:
        sql = "select 1 from audiences where user = ? and client_id = ? and external_id = ?"
        return self._store.row(sql, owner.user, owner.client_id, external_id) is not None

    def change(self, audience: Audience) -> None:
        """Keep what may change: description, ttl, fees."""
        self._store.run(
            "update audiences set description = ?, ttl = ?, fees = ? where audience_id = ?",
            audience.description, audience.ttl,
            None if audience.fees is None else json.dumps(audience.fees), audience.audience_id,
        )  # fmt: skip

    def all(self) -> list[Audience]:
        return [
            _audience(row)
            for row in self._store.rows("select * from audiences order by created_at, audience_id")
        ]


def _audience(row: sqlite3.Row) -> Audience:
    return Audience(
        row["audience_id"],
        Owner(row["user"], row["client_id"]),
        row["name"],
        row["description"],
        row["country"],
        row["external_id"],
        row["connection_id"],
        row["advertiser_id"],
        row["ttl"],
        None if row["fees"] is None else json.loads(row["fees"]),
    )
