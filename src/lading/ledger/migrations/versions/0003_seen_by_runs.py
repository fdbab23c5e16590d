"""What a run saw of its source, which the next one is held against, and all guards that tripped."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two more columns; runs of before have seen nothing that anybody wrote down."""
    op.add_column("runs", sa.Column("seen", sa.JSON(), nullable=True))
    op.add_column("runs", sa.Column("tripped", sa.JSON(), nullable=True))
