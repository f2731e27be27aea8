"""orders keep the seller's name, and lines their tax rate, for tickets; those placed before have neither."""

import sqlalchemy as sa
from alembic import op

revision = "e1b7d3f50a96"
down_revision = "c6e0a4b8d235"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("user_name", sa.Text(), nullable=True))
    op.add_column("order_lines", sa.Column("tax_rate", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_lines", "tax_rate")
    op.drop_column("orders", "user_name")
