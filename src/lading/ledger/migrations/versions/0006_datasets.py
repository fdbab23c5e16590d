"""Datasets: what was sent of them, the uploads that carried it, and the deletion of people's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the erasures' file of identities."""
    op.create_table(
        "datasets",
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("sync", sa.String(length=255), nullable=False),
        sa.Column("connection", sa.String(length=255), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("watermark", sa.BigInteger(), nullable=True),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_datasets")),
    )
    op.create_table(
        "periods",
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("start", sa.String(length=32), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["target"], ["datasets.target"], name=op.f("fk_periods_target_datasets")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_periods_run_runs")),
        sa.PrimaryKeyConstraint("target", "start", name=op.f("pk_periods")),
    )
    op.create_table(
        "uploads",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strategy", sa.String(length=24), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cleaned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run", "batch"], ["batches.run", "batches.no"], name=op.f("fk_uploads_run_batches")
        ),
        sa.PrimaryKeyConstraint("run", "batch", name=op.f("pk_uploads")),
    )
    op.create_table(
        "deletions",
        sa.Column("forget", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=255), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("identities", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("next_poll_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["forget"], ["forgets.id"], name=op.f("fk_deletions_forget_forgets")),
        sa.PrimaryKeyConstraint("forget", "connection", "no", name=op.f("pk_deletions")),
    )
    op.add_column("forgets", sa.Column("identities", sa.JSON(), nullable=True))
