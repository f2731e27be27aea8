"""Products and promotions are listed in the order of an index."""

from alembic import op

revision = "a4c8e2f6b013"
down_revision = "7f1b3d5a9c24"
branch_labels = None
depends_on = None

LIVE = "where deleted_at is null"


def upgrade() -> None:
    for column in ("price", "created_at"):
        op.execute(f"create index ix_products_{column} on products ({column}, id) {LIVE}")
    for column in ("start_date", "end_date", "discount_percent"):
        op.execute(f"create index ix_promotions_{column} on promotions ({column}, id)")


def downgrade() -> None:
    for column in ("price", "created_at"):
        op.drop_index(f"ix_products_{column}")
    for column in ("start_date", "end_date", "discount_percent"):
        op.drop_index(f"ix_promotions_{column}")
