"""carts, orders of the web store, invoices and returns."""

import sqlalchemy as sa
from alembic import op

revision = "b7d15e9c3a42"
down_revision = "a94d2c7e6f18"
branch_labels = None
depends_on = None

LIVE = "deleted_at is null"
LIVE_ON_WEB = f"channel = 'WEB' and {LIVE}"
MONEY = sa.Numeric(precision=24, scale=2)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("orders", sa.Column("cart_id", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("shipping_address", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("updated_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("shipped_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("deleted_at", TIME, nullable=True))
    for index, columns in (
        ("ix_orders_web_created_at", ["created_at", "id"]),
        ("ix_orders_web_user_id", ["user_id", "created_at", "id"]),
        ("ix_orders_web_status", ["status", "created_at", "id"]),
    ):
        op.create_index(index, "orders", columns, postgresql_where=sa.text(LIVE_ON_WEB))

    op.create_table(
        "carts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carts")),
        sa.UniqueConstraint("user_id", name=op.f("uq_carts_user_id")),
    )
    op.create_table(
        "cart_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price", MONEY, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.CheckConstraint("quantity between 1 and 50", name=op.f("ck_cart_lines_quantity_in_range")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_cart_lines_cart_id_carts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_lines")),
        sa.UniqueConstraint("cart_id", "product_id", name=op.f("uq_cart_lines_cart_id_product_id")),
    )
    op.create_table(
        "invoice_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_date", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("paid_at", TIME, nullable=True),
        sa.Column("refunded_at", TIME, nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.CheckConstraint(
            "status in ('pending', 'paid', 'refunded', 'cancelled')", name=op.f("ck_invoices_status_known")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoices_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_invoices_series_number")),
    )
    live = sa.text(LIVE)
    op.create_index("uq_invoices_live_order_id", "invoices", ["order_id"], unique=True, postgresql_where=live)
    op.create_index("ix_invoices_created_at", "invoices", ["created_at", "id"], postgresql_where=live)
    op.create_index("ix_invoices_user_id", "invoices", ["user_id", "created_at", "id"], postgresql_where=live)
    op.create_index(
        "ix_invoices_status", "invoices", ["status", "created_at", "id", "due_date"], postgresql_where=live
    )
    op.create_index(
        "ix_invoices_open_due_date",
        "invoices",
        ["due_date", "id"],
        postgresql_where=sa.text(f"status = 'pending' and {LIVE}"),
    )

    op.create_table(
        "returns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("admin_notes", sa.Text(), nullable=True),
        sa.Column("total_refund", MONEY, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("processed_at", TIME, nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.CheckConstraint(
            "status in ('requested', 'approved', 'rejected', 'processed')",
            name=op.f("ck_returns_status_known"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_returns_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint("uuid", name=op.f("uq_returns_uuid")),
    )
    op.create_index("ix_returns_order_id", "returns", ["order_id"])
    op.create_index("ix_returns_created_at", "returns", ["created_at", "id"], postgresql_where=live)
    op.create_index("ix_returns_user_id", "returns", ["user_id", "created_at", "id"], postgresql_where=live)
    op.create_index("ix_returns_status", "returns", ["status", "created_at", "id"], postgresql_where=live)
    op.create_table(
        "return_lines",
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MONEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refund_amount", MONEY, nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_lines_quantity_positive")),
        sa.CheckConstraint(
            "refund_amount between 0 and unit_price * quantity", name=op.f("ck_return_lines_refund_in_range")
        ),
        sa.CheckConstraint(
            "disposition in ('restock', 'discard')", name=op.f("ck_return_lines_disposition_known")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_return_lines_return_id_returns"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("return_id", "line", name=op.f("pk_return_lines")),
    )


def downgrade() -> None:
    for table in ("return_lines", "returns", "invoices", "invoice_series", "cart_lines", "carts"):
        op.drop_table(table)
    for index in ("ix_orders_web_status", "ix_orders_web_user_id", "ix_orders_web_created_at"):
        op.drop_index(index, "orders")
    for column in ("deleted_at", "shipped_at", "updated_at", "shipping_address", "cart_id"):
        op.drop_column("orders", column)
