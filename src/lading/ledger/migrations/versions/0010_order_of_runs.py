"""The order in which runs were opened."""

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
