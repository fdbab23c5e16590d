"""Erasures, and whom nobody may send again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from lading.ledger.columns import Moment, Word
from lading.ledger.tables.schema import metadata
from lading.model.states import DeletionState, ForgetState

#: Erasures. Of people only counts stand here, and keyed hashes in `suppressions`.
forgets: Final = Table(
    "forgets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", Word(ForgetState), nullable=False),
    Column("asked", JSON, nullable=False),
    Column("people", Integer, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("key_check", String(64), nullable=False),
    Column("repeats", String(64)),
    Column("erased", JSON, nullable=False),
    # The file with the hashes by which Amazon is asked to delete rows; gone when the erasure is done.
    Column("identities", JSON(none_as_null=True)),
    Column("receipt", JSON(none_as_null=True)),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

suppressions: Final = Table(
    "suppressions",
    metadata,
    Column("forget", ForeignKey("forgets.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("hmac", String(64), primary_key=True),
    Column("sieve", String(8), nullable=False),
)

#: Requests by which an erasure has people's rows deleted from all datasets of an instance; whom they name stands in a file.
deletions: Final = Table(
    "deletions",
    metadata,
    Column("forget", ForeignKey("forgets.id"), primary_key=True),
    Column("connection", String(255), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, nullable=False),
    Column("identities", Integer, nullable=False),
    Column("state", Word(DeletionState), nullable=False),
    Column("request_id", Text),
    Column("asked_at", Moment),
    Column("next_poll_at", Moment),
    Column("ended_at", Moment),
)
