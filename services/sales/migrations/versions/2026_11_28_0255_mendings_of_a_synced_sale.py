"""a sale that was held counts how often it was mended."""

import sqlalchemy as sa
from alembic import op

revision = "b7e40c5d12f9"
down_revision = "a41d7c90e2b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "synced_sales", sa.Column("mendings", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("synced_sales", "mendings")
