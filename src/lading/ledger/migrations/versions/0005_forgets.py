"""Erasures: who is suppressed, as keyed hashes only, and how far each erasure has come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the runs' word for the erasure that they belong to."""
    op.create_table(
        "forgets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False),
        sa.Column("repeats", sa.String(length=64), nullable=True),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgets")),
    )
    op.create_table(
        "suppressions",
        sa.Column("forget", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hmac", sa.String(length=64), nullable=False),
        sa.Column("sieve", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["forget"], ["forgets.id"], name=op.f("fk_suppressions_forget_forgets")),
        sa.PrimaryKeyConstraint("forget", "kind", "hmac", name=op.f("pk_suppressions")),
    )
    op.add_column("runs", sa.Column("forget", sa.String(length=64), nullable=True))
