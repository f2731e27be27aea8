"""The lines of the ledger by which stock came to 0 or left it are read by an index."""

from alembic import op

revision = "d3f8a1c46e72"
down_revision = "b4d07c6e29f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create index ix_stock_ledger_turns on stock_ledger (id) where balance = 0 or balance = change"
    )


def downgrade() -> None:
    op.drop_index("ix_stock_ledger_turns")
