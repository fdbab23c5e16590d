"""How schedules stand, and each time that one fired."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from lading.ledger.columns import Moment, Word
from lading.ledger.tables.schema import metadata
from lading.model.schedules import Cause, FiringState

#: The condition of a partial index, and of the queries that use it, letter for letter.
WAITING: Final = text(f"state = '{FiringState.WAITING}'")

#: How the schedule of each sync stands.
schedules: Final = Table(
    "schedules",
    metadata,
    Column("sync", String(255), primary_key=True),
    Column("line", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("paused_at", Moment),
    Column("disabled_at", Moment),
    Column("reason", Text),
    Column("failures", Integer, nullable=False),
    Column("version", Text),
)

#: One row a fire time: whoever writes it fires, and nobody can write it twice.
firings: Final = Table(
    "firings",
    metadata,
    Column("sync", String(255), primary_key=True),
    Column("moment", Moment, primary_key=True, autoincrement=False),
    Column("cause", Word(Cause), nullable=False),
    Column("missed", Integer, nullable=False),
    Column("state", Word(FiringState), nullable=False),
    Column("owner", Text),
    Column("fired_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("exit_code", Integer),
    Column("problem", Text),
    Index("ix_firings_waiting", "moment", sqlite_where=WAITING, postgresql_where=WAITING),
)
