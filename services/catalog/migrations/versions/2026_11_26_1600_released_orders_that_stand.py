"""Allocations say whether their order was cancelled, and whether one that stands lacks its stock."""

import sqlalchemy as sa
from alembic import op

revision = "4b7d9e1f3a52"
down_revision = "8d1c5e7f3a90"
branch_labels = None
depends_on = None

# An `order_created` that is consumed again must not take the stock of an order that was cancelled.
BACKFILL = """
update allocations set cancelled_at = back.at
from (
    select reference, min(created_at) as at from stock_ledger where reason = 'CANCELLATION' group by reference
) back
where status = 'RELEASED' and reference = allocations.id::text
"""


def upgrade() -> None:
    op.add_column("allocations", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("allocations", sa.Column("short_since", sa.DateTime(timezone=True), nullable=True))
    op.execute(BACKFILL)


def downgrade() -> None:
    op.drop_column("allocations", "short_since")
    op.drop_column("allocations", "cancelled_at")
