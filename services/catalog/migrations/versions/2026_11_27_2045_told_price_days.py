"""The store's day up to which coming changes of prices are marked in the feed of products."""

import sqlalchemy as sa
from alembic import op

revision = "d3a8f60c71be"
down_revision = "b7d1e4f08a52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_price_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_told_price_days")),
    )


def downgrade() -> None:
    op.drop_table("told_price_days")
