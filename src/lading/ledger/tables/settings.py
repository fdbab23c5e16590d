"""The home that a ledger belongs to; secrets, links, keys and settings that were made here; who did what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from lading.ledger.columns import Moment, Word
from lading.ledger.rows import Role
from lading.ledger.tables.schema import metadata

#: One row: to which home this ledger belongs.
home: Final = Table(
    "home",
    metadata,
    Column("home_id", String(64), primary_key=True),
    Column("schema", Integer, nullable=False),
)

secrets: Final = Table(
    "secrets",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
)

links: Final = Table(
    "links",
    metadata,
    Column("connection", String(255), primary_key=True),
    Column("amazon_connection_id", Text),
    Column("region", String(16), nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("account_id", Text),
    Column("instance_id", Text),
    Column("advertiser_id", Text),
    Column("at", Moment, nullable=False),
)

#: Keys of the server's API. Of the key itself only its SHA-256 stands here: it is random, so that nobody finds it by trying.
api_keys: Final = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("role", Word(Role), nullable=False),
    Column("name", String(128), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index("uq_api_keys_digest", "digest", unique=True),
)

#: Settings that were made through the API, beside those of lading.yaml. What was dropped stays as a row without a body, so
#: that every change has a number of its own.
made_settings: Final = Table(
    "made_settings",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("body", JSON(none_as_null=True)),
    Column("change", Integer, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", String(64), nullable=False),
    Column("who", Text, nullable=False),
    Column("where", JSON, nullable=False),
    Index("ix_audit_at", "at"),
)
