"""The web shop's lists of a category and of a kind of animal are read by indexes."""

from alembic import op

revision = "e7a4c1d80b36"
down_revision = "c5e1a7d93b20"
branch_labels = None
depends_on = None

SHOWN = "where deleted_at is null and is_active"


def upgrade() -> None:
    for column in ("category", "pet_type"):
        op.execute(f"create index ix_products_{column} on products ({column}, id) {SHOWN}")


def downgrade() -> None:
    for column in ("category", "pet_type"):
        op.drop_index(f"ix_products_{column}")
