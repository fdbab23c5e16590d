"""What an audience was last made or updated with, the time that a generation counts with, and the part of a batch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Where an older Lading knew nothing, they say nothing."""
    op.add_column("audiences", sa.Column("destination", sa.String(length=24), nullable=True))
    op.add_column("audiences", sa.Column("fees", sa.JSON(), nullable=True))
    op.add_column("audiences", sa.Column("updating", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("generations", sa.Column("ttl_seconds", sa.BigInteger(), nullable=True))
    op.add_column("batches", sa.Column("part", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE generations SET ttl_seconds = "
        "(SELECT ttl_seconds FROM audiences WHERE audiences.target = generations.target)"
    )
