"""The order in which runs were opened, and what Amazon said of datasets' uploads day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number the runs of before by their moment, and by their id where that is the same."""
    op.add_column("runs", sa.Column("no", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE runs SET no = (SELECT COUNT(*) FROM runs AS other WHERE other.created_at < runs.created_at"
        " OR (other.created_at = runs.created_at AND other.id <= runs.id))"
    )
    op.drop_index("ix_runs_created", "runs")
    op.create_index("ix_runs_no", "runs", ["no"])
    op.create_table(
        "dataset_verifications",
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agreement", sa.String(length=24), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=True),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target"], ["datasets.target"], name=op.f("fk_dataset_verifications_target_datasets")
        ),
        sa.PrimaryKeyConstraint("target", "day", name=op.f("pk_dataset_verifications")),
    )
