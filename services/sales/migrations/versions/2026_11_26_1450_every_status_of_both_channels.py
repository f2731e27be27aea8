"""The states of orders are those of their channel's lifecycle: PAYING at the till, six in the web store."""

from alembic import op

revision = "5c1e0a7d4b93"
down_revision = "3f5d7b9c1e32"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_orders_pos_status_known"), "orders")
    op.create_check_constraint(
        op.f("ck_orders_status_known"),
        "orders",
        "channel = 'POS' and status in ('PENDING', 'PAYING', 'PAID', 'CANCELLED') or channel = 'WEB' "
        "and status in ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_orders_status_known"), "orders")
    op.create_check_constraint(
        op.f("ck_orders_pos_status_known"),
        "orders",
        "channel <> 'POS' or status in ('PENDING', 'PAID', 'CANCELLED')",
    )
