"""What was asked of the imitated API: addresses, statuses and checksums; never bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amc_sandbox.clock import from_micros, iso, micros
from amc_sandbox.state.store import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One request and its end."""

    method: str
    path: str
    query: str
    body_sha256: str
    #: None when the connection was broken without an answer.
    status: int | None
    #: How many records it brought, and the job it became.
    records: int | None = None
    job_request_id: str | None = None


class Journal:
    """Numbered from 1, in the order of the answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, line: Line, at: datetime) -> None:
        self._store.run(
            "insert into requests (at, method, path, query, status, records, job_request_id, body_sha256)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            micros(at), line.method, line.path, line.query, line.status, line.records, line.job_request_id,
            line.body_sha256,
        )  # fmt: skip

    def after(self, number: int, limit: int) -> list[dict[str, Any]]:
        rows = self._store.rows("select * from requests where n > ? order by n limit ?", number, limit)
        return [
            {
                "n": row["n"],
                "at": iso(from_micros(row["at"])),
                "method": row["method"],
                "path": row["path"],
                "query": row["query"],
                "status": row["status"],
                "records": row["records"],
                "jobRequestId": row["job_request_id"],
                "bodySha256": row["body_sha256"],
            }
            for row in rows
        ]

    def count(self) -> int:
        return self._store.number("select count(*) from requests")
