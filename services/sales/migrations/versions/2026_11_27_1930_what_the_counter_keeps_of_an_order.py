"""Orders keep their tenders, drawer, number and flags; lines their discount's source and fiscal keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "c3e9a7104d52"
down_revision = "f2a6c8d05b17"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(24, 2)
OF_ORDERS = {
    "payments": JSONB(),
    "cash_received": MONEY,
    "shift_id": sa.BigInteger(),
    "refunded_amount": MONEY,
    "approved_by": sa.BigInteger(),
    "client_id": sa.Uuid(),
    "register_id": sa.BigInteger(),
    "seq": sa.BigInteger(),
    "flags": ARRAY(sa.Text()),
    "reviewed_at": sa.DateTime(timezone=True),
    "reviewed_by": sa.BigInteger(),
    "review_note": sa.Text(),
    "layaway_id": sa.BigInteger(),
}
OF_LINES = {
    "discount_percent": sa.Numeric(5, 2),
    "discount_source": sa.Text(),
    "discount_reason": sa.Text(),
    "clave_prod_serv": sa.Text(),
    "clave_unidad": sa.Text(),
    "objeto_imp": sa.Text(),
}


def upgrade() -> None:
    for name, kind in OF_ORDERS.items():
        op.add_column("orders", sa.Column(name, kind, nullable=True), if_not_exists=True)
    for name, kind in OF_LINES.items():
        op.add_column("order_lines", sa.Column(name, kind, nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.create_index(
            "uq_orders_client_id",
            "orders",
            ["client_id"],
            unique=True,
            postgresql_where=sa.text("client_id is not null"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "uq_orders_register_seq",
            "orders",
            ["register_id", "seq"],
            unique=True,
            postgresql_where=sa.text("seq is not null"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_orders_flagged",
            "orders",
            ["created_at", "id"],
            postgresql_where=sa.text("flags is not null"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    for index in ("ix_orders_flagged", "uq_orders_register_seq", "uq_orders_client_id"):
        op.drop_index(index, table_name="orders")
    for name in OF_LINES:
        op.drop_column("order_lines", name)
    for name in OF_ORDERS:
        op.drop_column("orders", name)
