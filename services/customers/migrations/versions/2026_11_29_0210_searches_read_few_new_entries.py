"""A search reads few entries that are not in their places in its index yet."""

from alembic import op

revision = "e5fab3c8d4a6"
down_revision = "a4c7e2b9d153"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter index ix_customers_search_text set (gin_pending_list_limit = 256)")


def downgrade() -> None:
    op.execute("alter index ix_customers_search_text reset (gin_pending_list_limit)")
