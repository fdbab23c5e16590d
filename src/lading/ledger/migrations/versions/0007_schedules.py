"""Schedules, their firings, and the fire time that a run is for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column: runs of before are for no fire time."""
    op.create_table(
        "schedules",
        sa.Column("sync", sa.String(length=255), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sync", name=op.f("pk_schedules")),
    )
    op.create_table(
        "firings",
        sa.Column("sync", sa.String(length=255), nullable=False),
        sa.Column("moment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sync", "moment", name=op.f("pk_firings")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_firings_waiting", "firings", ["moment"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.add_column("runs", sa.Column("fired_for", sa.BigInteger(), nullable=True))
    fired = sa.text("fired_for IS NOT NULL")
    op.create_index(
        "uq_runs_fired_for", "runs", ["sync", "target", "fired_for"], unique=True,
        sqlite_where=fired, postgresql_where=fired,
    )  # fmt: skip
