"""A search reads few entries that are not in their places in its index yet."""

from alembic import op

revision = "d4e9a2b7c3f5"
down_revision = "d3a8f60c71be"
branch_labels = None
depends_on = None

TABLES = ("products", "promotions", "suppliers")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"alter index ix_{table}_search_text set (gin_pending_list_limit = 256)")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"alter index ix_{table}_search_text reset (gin_pending_list_limit)")
