"""The time zone in which the day of `told_price_days` began."""

import sqlalchemy as sa
from alembic import op

revision = "e5f0b3c8d4a6"
down_revision = "d4e9a2b7c3f5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("told_price_days", sa.Column("timezone", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("told_price_days", "timezone")
