"""returns that were taken back, and what was kept of cancelled orders."""

import sqlalchemy as sa
from alembic import op

revision = "b4d07c6e29f1"
down_revision = "e7a4c1d80b36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_uuid", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.add_column("allocation_lines", sa.Column("kept", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("allocation_lines", "kept")
    op.drop_table("returns")
