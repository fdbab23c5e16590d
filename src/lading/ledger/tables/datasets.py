"""Datasets, what was sent of them, and their uploads."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    false,
)

from lading.ledger.columns import FilesJson, Moment, Word
from lading.ledger.dataset_rows import DatasetState
from lading.ledger.tables.schema import metadata

#: Datasets that syncs fill, and the rows that Amazon confirmed: up to where, of which periods, and by which keys.
datasets: Final = Table(
    "datasets",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("sync", String(255), nullable=False),
    Column("connection", String(255), nullable=False),
    Column("dataset_id", Text, nullable=False),
    Column("state", Word(DatasetState), nullable=False),
    # Counts the uploads that Amazon confirmed.
    Column("edition", Integer, nullable=False),
    Column("watermark", Moment),
    Column("keys", FilesJson, nullable=False),
    Column("created_at", Moment, nullable=False),
)

#: What was last sent of each period of a dataset. A dataset without events has one, whose start is "".
periods: Final = Table(
    "periods",
    metadata,
    Column("target", ForeignKey("datasets.target"), primary_key=True),
    Column("start", String(32), primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
)

#: What a batch is that fills a dataset: one upload.
uploads: Final = Table(
    "uploads",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("strategy", String(24), nullable=False),
    Column("bucket", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    # How often it was looked for in Amazon's list since its answer was lost.
    Column("looks", Integer, nullable=False, server_default="0"),
    # Its files are gone from S3.
    Column("cleaned", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["run", "batch"], ["batches.run", "batches.no"]),
)
