"""Orders are found by status, payment method and customer in the order of an index."""

from alembic import op

revision = "c6e0a4b8d235"
down_revision = "3a8f6c2d91b4"
branch_labels = None
depends_on = None

AT_TILL = "channel = 'POS'"


def upgrade() -> None:
    op.execute(
        "create index ix_orders_pos_payment_method on orders (payment_method, created_at, id) "
        f"where {AT_TILL} and payment_method is not null"
    )
    op.execute(
        "create index ix_orders_pos_not_paid on orders (status, created_at, id) "
        f"where {AT_TILL} and status <> 'PAID'"
    )
    op.drop_index("ix_orders_open_at_till")
    op.drop_index("ix_orders_pos_customer_id")
    op.execute(
        "create index ix_orders_pos_customer_id on orders (customer_id, created_at, id) "
        f"where {AT_TILL} and customer_id is not null"
    )


def downgrade() -> None:
    op.drop_index("ix_orders_pos_customer_id")
    op.execute(
        "create index ix_orders_pos_customer_id on orders (customer_id, created_at) "
        f"where {AT_TILL} and customer_id is not null"
    )
    op.execute(
        "create index ix_orders_open_at_till on orders (created_at, id) "
        f"where {AT_TILL} and status = 'PENDING'"
    )
    op.drop_index("ix_orders_pos_not_paid")
    op.drop_index("ix_orders_pos_payment_method")
