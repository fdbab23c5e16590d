"""How often Amazon said that a scope was too fast."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count from now on: of the times before nobody knows."""
    op.add_column("pauses", sa.Column("times", sa.BigInteger(), nullable=False, server_default="0"))
