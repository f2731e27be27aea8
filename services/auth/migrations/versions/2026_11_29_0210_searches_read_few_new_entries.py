"""A search reads few entries that are not in their places in its index yet."""

from alembic import op

revision = "c3d8f1a6b2e4"
down_revision = "a06c2d8e5fb7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter index ix_users_search_text set (gin_pending_list_limit = 256)")


def downgrade() -> None:
    op.execute("alter index ix_users_search_text reset (gin_pending_list_limit)")
