"""approvals that deeds have used up."""

import sqlalchemy as sa
from alembic import op

revision = "b1f7c25d8e60"
down_revision = "d41b6f0a97e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("approver_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_approvals")),
    )
    op.create_index(op.f("ix_used_approvals_expires_at"), "used_approvals", ["expires_at"])


def downgrade() -> None:
    op.drop_table("used_approvals")
