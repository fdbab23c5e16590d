"""What each permit carried, the share of its pace that a throttled scope has, and Amazon's counts day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns with defaults: a ledger that is in use goes on."""
    op.add_column("permits", sa.Column("records", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("permits", sa.Column("lane", sa.String(length=255), nullable=True))
    carrying = sa.text("records > 0")
    op.create_index(
        "ix_permits_lane_at", "permits", ["lane", "at"], sqlite_where=carrying, postgresql_where=carrying
    )
    op.add_column("pauses", sa.Column("share", sa.Float(), nullable=False, server_default="1"))
    op.add_column("pauses", sa.Column("share_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "verifications",
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agreement", sa.String(length=24), nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=True),
        sa.Column("matched", sa.BigInteger(), nullable=True),
        sa.Column("dsp", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target"], ["audiences.target"], name=op.f("fk_verifications_target_audiences")
        ),
        sa.PrimaryKeyConstraint("target", "day", name=op.f("pk_verifications")),
    )
