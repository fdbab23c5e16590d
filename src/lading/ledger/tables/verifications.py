"""Amazon's counts beside ours, a row a day."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from lading.ledger.columns import Moment, Word
from lading.ledger.tables.schema import metadata
from lading.model.agreement import Agreement

#: One row a day and audience: what Amazon counted, and what we held then.
verifications: Final = Table(
    "verifications",
    metadata,
    Column("target", ForeignKey("audiences.target"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agreement", Word(Agreement), nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("received", BigInteger),
    Column("matched", BigInteger),
    Column("dsp", BigInteger),
)

dataset_verifications: Final = Table(
    "dataset_verifications",
    metadata,
    Column("target", ForeignKey("datasets.target"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agreement", Word(Agreement), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("confirmed", BigInteger, nullable=False),
    Column("written", BigInteger),
    Column("others", Integer, nullable=False),
)
