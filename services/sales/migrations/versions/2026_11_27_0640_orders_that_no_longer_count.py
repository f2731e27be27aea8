"""indexes by which orders that no longer count are exported."""

import sqlalchemy as sa
from alembic import op

revision = "d4f08b6e1c93"
down_revision = "b7d15e9c3a42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_orders_undone",
        "orders",
        ["id"],
        postgresql_where=sa.text("cancelled_at is not null and paid_at is not null"),
    )
    op.create_index(
        "ix_invoices_refunded", "invoices", ["order_id"], postgresql_where=sa.text("refunded_at is not null")
    )


def downgrade() -> None:
    op.drop_index("ix_invoices_refunded", table_name="invoices")
    op.drop_index("ix_orders_undone", table_name="orders")
