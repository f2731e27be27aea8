"""Turns of stock are found by their day, for the suggested orders of all products."""

from alembic import op

revision = "a94c1e7d5b20"
down_revision = "6f0d3b91ac57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_stock_turns_day",
        "stock_turns",
        ["day"],
        unique=False,
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )


def downgrade() -> None:
    op.drop_index("ix_stock_turns_day", table_name="stock_turns")
