"""users have a PIN, with which they approve deeds of others at the till; wrong ones are counted."""

import sqlalchemy as sa
from alembic import op

revision = "8e4a0b6c3d95"
down_revision = "7d3f9a5b2c84"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("pin_hash", sa.Text(), nullable=True))
    op.create_table(
        "approval_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.BigInteger(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_failures")),
    )
    op.create_index("ix_approval_failures_approver_failed_at", "approval_failures", ["approver", "failed_at"])
    op.create_index(
        "ix_approval_failures_caller_id_failed_at", "approval_failures", ["caller_id", "failed_at"]
    )
    op.create_index(op.f("ix_approval_failures_failed_at"), "approval_failures", ["failed_at"])


def downgrade() -> None:
    op.drop_table("approval_failures")
    op.drop_column("users", "pin_hash")
