"""Files of events, and what became of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from lading.ledger.columns import Moment
from lading.ledger.tables.schema import metadata

#: Files of events that came in and are not settled yet. Numbers grow in the order of committing: whoever read up to one read all.
event_files: Final = Table(
    "event_files",
    metadata,
    Column("no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("log", String(128), nullable=False),
    Column("target", String(255), nullable=False),
    Column("name", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_event_files_target_no", "target", "no"),
    # A number never comes again, also when all rows are gone.
    sqlite_autoincrement=True,
)

#: Logs of events that were sorted into files; a log counts once.
event_logs: Final = Table(
    "event_logs",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("at", Moment, nullable=False),
)

#: The last event of every user of a target, settled ones only: what comes later and is older changes nothing.
event_marks: Final = Table(
    "event_marks",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)

#: Events by destination, hour and what became of them.
event_counts: Final = Table(
    "event_counts",
    metadata,
    Column("destination", String(64), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("outcome", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
