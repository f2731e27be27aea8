"""what is left of an exchange is paid out by somebody; what waits for a person is found by indexes."""

import sqlalchemy as sa
from alembic import op

revision = "f90c3b7a15d8"
down_revision = "6e1f0b7d92a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("till_returns", sa.Column("paid_out", sa.Numeric(24, 2), nullable=True), if_not_exists=True)
    op.add_column(
        "till_returns", sa.Column("paid_out_by", sa.BigInteger(), nullable=True), if_not_exists=True
    )
    op.add_column(
        "till_returns",
        sa.Column("paid_out_at", sa.DateTime(timezone=True), nullable=True),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_orders_unreviewed",
            "orders",
            ["id"],
            postgresql_where=sa.text("flags is not null and reviewed_at is null"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_shifts_numbered",
            "shifts",
            ["register_id", "opened_at", "id"],
            postgresql_where=sa.text("last_seq is not null"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_synced_sales_waiting",
            "synced_sales",
            ["id", "received_at"],
            postgresql_where=sa.text("status = 'RECEIVED'"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_shifts_numbered", table_name="shifts")
    op.drop_index("ix_synced_sales_waiting", table_name="synced_sales")
    op.drop_index("ix_orders_unreviewed", table_name="orders")
    for name in ("paid_out_at", "paid_out_by", "paid_out"):
        op.drop_column("till_returns", name)
