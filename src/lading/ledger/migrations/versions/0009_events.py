"""Events that came in at the server: files, marks and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the four tables."""
    op.create_table(
        "event_files",
        sa.Column("no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("log", sa.String(length=128), nullable=False),
        sa.Column("target", sa.String(length=255), nullable=False),
        *_file(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_event_files")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_files_target_no", "event_files", ["target", "no"])
    op.create_table(
        "event_logs",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_event_logs")),
    )
    op.create_table(
        "event_marks",
        sa.Column("target", sa.String(length=255), nullable=False),
        *_file(),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_event_marks")),
    )
    op.create_table(
        "event_counts",
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("destination", "hour", "outcome", name=op.f("pk_event_counts")),
    )


def _file() -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
    )
