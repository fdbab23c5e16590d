"""Requests that were allowed, and scopes that are silent."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, text

from lading.ledger.columns import Moment
from lading.ledger.tables.schema import metadata

#: The condition of a partial index, and of the queries that use it, letter for letter.
CARRYING: Final = text("records > 0")

#: One row for each request that was allowed; swept when older than an hour.
permits: Final = Table(
    "permits",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("scope", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    # What it carried, through which connection.
    Column("records", Integer, nullable=False, server_default="0"),
    Column("lane", String(255)),
    Index("ix_permits_scope_at", "scope", "at"),
    Index("ix_permits_lane_at", "lane", "at", sqlite_where=CARRYING, postgresql_where=CARRYING),
)

#: Until when a scope is silent, because Amazon said so, and what share of its pace it had at a moment (see `throttle.py`).
pauses: Final = Table(
    "pauses",
    metadata,
    Column("scope", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("share", Float, nullable=False, server_default="1"),
    Column("share_at", Moment, nullable=False, server_default="0"),
    # How often Amazon said so, ever.
    Column("times", BigInteger, nullable=False, server_default="0"),
)
