"""Connections between a client and a user's AMC instance or DSP advertiser."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from amc_sandbox.clock import from_micros, micros
from amc_sandbox.state.store import Store


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose things are asked for: nobody sees another user's, or another client's."""

    user: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What a connection joins the client to."""

    amc_account_id: str | None = None
    amc_marketplace_id: str | None = None
    amc_instance_id: str | None = None
    dsp_advertiser_id: str | None = None
    dsp_profile_id: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    connection_id: str
    owner: Owner
    ends: Ends
    is_default: bool
    created_at: datetime
    modified_at: datetime


class Connections:
    """Every owner with a connection has exactly one default."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def exists(self, connection_id: str) -> bool:
        return self._store.row("select 1 from connections where connection_id = ?", connection_id) is not None

    def add(self, owner: Owner, connection_id: str, ends: Ends, *, is_default: bool, now: datetime) -> None:
        first = not self.of(owner)
        if is_default:
            self._store.run(
                "update connections set is_default = 0, modified_at = ? where is_default and user = ? and client_id = ?",
                micros(now), owner.user, owner.client_id,
            )  # fmt: skip
        self._store.run(
            "insert into connections (connection_id, user, client_id, amc_account_id, amc_marketplace_id,"
            " amc_instance_id, dsp_advertiser_id, dsp_profile_id, is_default, created_at, modified_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            connection_id, owner.user, owner.client_id, ends.amc_account_id, ends.amc_marketplace_id,
            ends.amc_instance_id, ends.dsp_advertiser_id, ends.dsp_profile_id, int(is_default or first),
            micros(now), micros(now),
        )  # fmt: skip

    def of(self, owner: Owner) -> list[Connection]:
        """All of an owner's, the oldest first."""
        rows = self._store.rows(
            "select * from connections where user = ? and client_id = ? order by seq",
            owner.user,
            owner.client_id,
        )
        return [_connection(row) for row in rows]

    def get(self, owner: Owner, connection_id: str) -> Connection | None:
        return next((one for one in self.of(owner) if one.connection_id == connection_id), None)

    def default(self, owner: Owner) -> Connection | None:
        return next((one for one in self.of(owner) if one.is_default), None)

    def remove(self, owner: Owner, connection_id: str, now: datetime) -> bool:
        """Remove one; when it was the default, the oldest of the others becomes it."""
        gone = self._store.run(
            "delete from connections where connection_id = ? and user = ? and client_id = ?",
            connection_id, owner.user, owner.client_id,
        )  # fmt: skip
        left = self.of(owner)
        if left and not any(one.is_default for one in left):
            self._store.run(
                "update connections set is_default = 1, modified_at = ? where connection_id = ?",
                micros(now), left[0].connection_id,
            )  # fmt: skip
        return bool(gone)

    def remove_all(self, owner: Owner) -> None:
        self._store.run(
            "delete from connections where user = ? and client_id = ?", owner.user, owner.client_id
        )


def _connection(row: sqlite3.Row) -> Connection:
    return Connection(
        row["connection_id"],
        Owner(row["user"], row["client_id"]),
        Ends(
            row["amc_account_id"],
            row["amc_marketplace_id"],
            row["amc_instance_id"],
            row["dsp_advertiser_id"],
            row["dsp_profile_id"],
        ),
        is_default=bool(row["is_default"]),
        created_at=from_micros(row["created_at"]),
        modified_at=from_micros(row["modified_at"]),
    )
