"""fences, which bar the id of a refund for good."""

import sqlalchemy as sa
from alembic import op

revision = "f1c9e5a27b60"
down_revision = "b5d8f1c4e2a6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund_fences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_fences")),
    )


def downgrade() -> None:
    op.drop_table("refund_fences")
