"""User deletion requests: who is to be forgotten, and whether that has been done."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amc_sandbox.clock import from_micros, micros
from amc_sandbox.state.store import Store

Identity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Deletion:
    deletion_id: str
    instance_id: str
    #: As they came; none any more when the request has been carried out.
    identities: list[Identity]
    count: int
    created_at: datetime
    #: Until then nobody can read the request.
    shown_at: datetime
    ends_at: datetime
    #: PENDING or SUCCEEDED.
    status: str


class Deletions:
    """PENDING, then SUCCEEDED; nothing else can happen to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, one: Deletion) -> None:
        self._store.run(
            "insert into deletions (deletion_id, instance_id, identities, count, created_at, shown_at, ends_at, status)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            one.deletion_id, one.instance_id, json.dumps(one.identities), one.count, micros(one.created_at),
            micros(one.shown_at), micros(one.ends_at), one.status,
        )  # fmt: skip

    def of(self, instance_id: str, now: datetime) -> list[Deletion]:
        """Those of an instance that can be read by now, the oldest first."""
        rows = self._store.rows(
            "select * from deletions where instance_id = ? and shown_at <= ? order by seq",
            instance_id, micros(now),
        )  # fmt: skip
        return [_deletion(row) for row in rows]

    def get(self, instance_id: str, deletion_id: str, now: datetime) -> Deletion | None:
        row = self._store.row(
            "select * from deletions where deletion_id = ? and instance_id = ? and shown_at <= ?",
            deletion_id, instance_id, micros(now),
        )  # fmt: skip
        return None if row is None else _deletion(row)

    def due(self, now: datetime) -> Deletion | None:
        """The pending one whose end came first, when there is one."""
        row = self._store.row(
            "select * from deletions where status = 'PENDING' and ends_at <= ? order by ends_at, seq limit 1",
            micros(now),
        )
        return None if row is None else _deletion(row)

    def finish(self, one: Deletion) -> None:
        self._store.run(
            "update deletions set status = 'SUCCEEDED', identities = '[]' where deletion_id = ?",
            one.deletion_id,
        )

    def postpone(self, one: Deletion, ends_at: datetime) -> None:
        self._store.run(
            "update deletions set ends_at = ? where deletion_id = ?", micros(ends_at), one.deletion_id
        )

    def counts(self) -> dict[str, int]:
        """How many there are by status."""
        rows = self._store.rows("select status, count(*) from deletions group by 1 order by 1")
        return {row[0]: row[1] for row in rows}


def _deletion(row: sqlite3.Row) -> Deletion:
    return Deletion(
        row["deletion_id"],
        row["instance_id"],
        json.loads(row["identities"]),
        row["count"],
        from_micros(row["created_at"]),
        from_micros(row["shown_at"]),
        from_micros(row["ends_at"]),
        row["status"],
    )
