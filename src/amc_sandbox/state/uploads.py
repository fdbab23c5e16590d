"""Uploads to data sets: asked for, in progress, and how they ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from amc_sandbox.clock import from_micros, micros
from amc_sandbox.state.store import Store

#: How an upload is compared with a moment; both as whole seconds, as they are shown.
COMPARATORS: Final = {"EQ": "=", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Life:
    """When an upload was accepted, when work on it begins, and when it ends."""

    created_at: datetime
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    upload_id: str
    dataset_number: int
    instance_id: str
    dataset_id: str
    #: The request's body, in the words of the specification.
    request: dict[str, Any]
    #: Whether a fault lets it fail.
    fails: bool
    life: Life
    status: str
    updated_at: datetime
    message: str | None
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of uploads is narrowed down to."""

    dataset_id: str | None = None
    #: Any of these.
    statuses: tuple[str, ...] = ("SUBMITTED", "IN_PROGRESS", "SUCCESS", "FAILED")
    created_at: datetime | None = None
    #: A key of COMPARATORS.
    comparator: str = "EQ"


class Uploads:
    """SUBMITTED, then IN_PROGRESS, then SUCCESS or FAILED."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, upload: Upload) -> None:
        life = upload.life
        self._store.run(
            "insert into uploads (upload_id, dataset_number, instance_id, dataset_id, request, fails, created_at,"
            " begins_at, ends_at, updated_at, status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            upload.upload_id, upload.dataset_number, upload.instance_id, upload.dataset_id,
            json.dumps(upload.request), int(upload.fails), micros(life.created_at), micros(life.begins_at),
            micros(life.ends_at), micros(upload.updated_at), upload.status,
        )  # fmt: skip

    def get(self, instance_id: str, dataset_id: str, upload_id: str) -> Upload | None:
        row = self._store.row(
            "select * from uploads where upload_id = ? and instance_id = ? and dataset_id = ?",
            upload_id, instance_id, dataset_id,
        )  # fmt: skip
        return None if row is None else _upload(row)

    def of(self, instance_id: str, wanted: Wanted) -> list[Upload]:
        """Those of an instance that are wanted, the oldest first."""
        where: list[tuple[str, Any]] = [
            ("instance_id = ?", instance_id),
            ("status in (select value from json_each(?))", json.dumps(wanted.statuses)),
        ]
        if wanted.dataset_id is not None:
            where.append(("dataset_id = ?", wanted.dataset_id))
        if wanted.created_at is not None:
            sign = COMPARATORS[wanted.comparator]
            where.append((f"created_at / {SECOND} {sign} ?", micros(wanted.created_at) // SECOND))
        sql = " and ".join(clause for clause, _ in where)
        rows = self._store.rows(
            f"select * from uploads where {sql} order by seq",  # noqa: S608  (clauses from above)
            *(value for _, value in where),
        )
        return [_upload(row) for row in rows]

    def begin(self, now: datetime) -> None:
        """Those whose work has begun by now are in progress."""
        self._store.run(
            "update uploads set status = 'IN_PROGRESS', updated_at = begins_at"
            " where status = 'SUBMITTED' and begins_at <= ?",
            micros(now),
        )

    def due(self, now: datetime) -> Upload | None:
        """The one in progress whose end came first, when there is one."""
        row = self._store.row(
            "select * from uploads where status = 'IN_PROGRESS' and ends_at <= ? order by ends_at, seq limit 1",
            micros(now),
        )
        return None if row is None else _upload(row)

    def finish(self, upload: Upload, status: str, message: str | None, metrics: Mapping[str, float]) -> None:
        self._store.run(
            "update uploads set status = ?, message = ?, metrics = ?, updated_at = ends_at where upload_id = ?",
            status, message, json.dumps(dict(metrics)), upload.upload_id,
        )  # fmt: skip

    def last_end(self, dataset_number: int) -> datetime:
        """When the last upload of a data set ends."""
        sql = "select max(ends_at) from uploads where dataset_number = ?"
        return from_micros(self._store.number(sql, dataset_number))

    def counts(self) -> dict[str, int]:
        """How many there are by status."""
        rows = self._store.rows("select status, count(*) from uploads group by 1 order by 1")
        return {row[0]: row[1] for row in rows}


def _upload(row: sqlite3.Row) -> Upload:
    return Upload(
        row["upload_id"],
        row["dataset_number"],
        row["instance_id"],
        row["dataset_id"],
        json.loads(row["request"]),
        bool(row["fails"]),
        Life(from_micros(row["created_at"]), from_micros(row["begins_at"]), from_micros(row["ends_at"])),
        row["status"],
        from_micros(row["updated_at"]),
        row["message"],
        json.loads(row["metrics"]),
    )
