"""Customers are listed in the order of an index."""

from alembic import op

revision = "b1d5f9a3c724"
down_revision = "9f5b1c7d4ea6"
branch_labels = None
depends_on = None

COLUMNS = ("birth_date", "is_frequent", "credit_used")


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"create index ix_customers_{column} on customers ({column}, id) where deleted_at is null")


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_customers_{column}")
