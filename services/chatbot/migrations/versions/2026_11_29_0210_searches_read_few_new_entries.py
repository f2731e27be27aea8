"""A search reads few entries that are not in their places in its index yet."""

from alembic import op

revision = "f6abc4d9e5b7"
down_revision = "5b8d2f6a9c17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter index ix_chatbot_users_search_text set (gin_pending_list_limit = 256)")


def downgrade() -> None:
    op.execute("alter index ix_chatbot_users_search_text reset (gin_pending_list_limit)")
