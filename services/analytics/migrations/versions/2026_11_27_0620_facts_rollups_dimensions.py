"""Facts that change, rollups for every report, suppliers, users and turns of stock.

The new tables start empty: `python -m services.analytics.rebuild` fills them from the owners' data.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c5fc7406d893"
down_revision = "3b8f6d20c4e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_facts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("tax_rate", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity >= 0 and amount >= 0", name=op.f("ck_line_facts_never_below_nothing")),
        sa.PrimaryKeyConstraint(
            "day",
            "order_id",
            "product_id",
            name=op.f("pk_line_facts"),
            postgresql_include=["quantity", "amount"],
        ),
        postgresql_with={"autovacuum_vacuum_insert_scale_factor": 0.01},
    )
    op.create_index(
        "ix_line_facts_product_id",
        "line_facts",
        ["product_id", "day"],
        unique=False,
        postgresql_include=["quantity"],
    )
    op.create_table(
        "products_by_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("month", "product_id", name=op.f("pk_products_by_month")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "return_facts",
        sa.Column("return_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refund_amount", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("return_id", "product_id", name=op.f("pk_return_facts")),
    )
    op.create_index(op.f("ix_return_facts_order_id"), "return_facts", ["order_id"], unique=False)
    op.create_table(
        "sale_facts",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("final_amount", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_sale_facts")),
    )
    op.create_index(
        "ix_sale_facts_customer_id",
        "sale_facts",
        ["customer_id", "day"],
        unique=False,
        postgresql_where=sa.text("customer_id is not null"),
    )
    op.create_index(
        "ix_sale_facts_day",
        "sale_facts",
        ["day"],
        unique=False,
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )
    op.create_table(
        "sales_by_hour",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("lowest_ticket", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("highest_ticket", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", "hour", "channel", name=op.f("pk_sales_by_hour")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "sales_by_method",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("highest_ticket", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", "payment_method", name=op.f("pk_sales_by_method")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "sales_by_user",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", "user_id", name=op.f("pk_sales_by_user")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "stock_turns",
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "ledger_id", name=op.f("pk_stock_turns")),
    )
    op.create_table(
        "suppliers",
        sa.Column("supplier_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_suppliers")),
    )
    op.create_table(
        "taxes_by_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tax_rate", sa.Text(), nullable=False),
        sa.Column("base", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("tax", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", "tax_rate", name=op.f("pk_taxes_by_day")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
    )
    op.create_table(
        "voided_sales",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_voided_sales")),
    )
    op.create_table(
        "watermark",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_rebuilding", sa.Boolean(), nullable=False),
        sa.CheckConstraint("is_only", name=op.f("ck_watermark_only_row")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_watermark")),
    )
    op.drop_table("monthly_product_sales")
    op.drop_table("sold_lines")
    op.drop_table("sales")
    op.drop_table("monthly_sales")
    op.drop_table("hourly_sales")
    op.add_column("products", sa.Column("supplier_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_products_name", "products", [sa.literal_column("lower(name)")], unique=False)
    op.create_index("ix_products_sku", "products", [sa.literal_column("lower(sku)")], unique=False)


def downgrade() -> None:
    op.drop_index("ix_products_sku", table_name="products")
    op.drop_index("ix_products_name", table_name="products")
    op.drop_column("products", "supplier_id")
    op.create_table(
        "hourly_sales",
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.Column("payment_method", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("tickets", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("revenue", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("lowest_ticket", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("highest_ticket", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day", "hour", "payment_method", name=op.f("pk_hourly_sales")),
    )
    op.create_table(
        "monthly_sales",
        sa.Column("month", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.Column("payment_method", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("tickets", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("revenue", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("lowest_ticket", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("highest_ticket", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("month", "hour", "payment_method", name=op.f("pk_monthly_sales")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "sales",
        sa.Column("order_id", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BIGINT(), autoincrement=False, nullable=True),
        sa.Column("payment_method", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("final_amount", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("paid_at", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=False),
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_sales")),
    )
    op.create_table(
        "sold_lines",
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("line", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.Column("tax_amount", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day", "order_id", "line", name=op.f("pk_sold_lines")),
        postgresql_with={"autovacuum_vacuum_insert_scale_factor": "0.01"},
    )
    op.create_table(
        "monthly_product_sales",
        sa.Column("month", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("units_sold", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("revenue", sa.NUMERIC(precision=24, scale=2), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("month", "product_id", name=op.f("pk_monthly_product_sales")),
        postgresql_with={"fillfactor": "70"},
    )
    op.drop_table("watermark")
    op.drop_table("voided_sales")
    op.drop_table("users")
    op.drop_table("taxes_by_day")
    op.drop_table("suppliers")
    op.drop_table("stock_turns")
    op.drop_table("sales_by_user")
    op.drop_table("sales_by_method")
    op.drop_table("sales_by_hour")
    op.drop_index(
        "ix_sale_facts_day",
        table_name="sale_facts",
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )
    op.drop_index(
        "ix_sale_facts_customer_id",
        table_name="sale_facts",
        postgresql_where=sa.text("customer_id is not null"),
    )
    op.drop_table("sale_facts")
    op.drop_index(op.f("ix_return_facts_order_id"), table_name="return_facts")
    op.drop_table("return_facts")
    op.drop_table("products_by_month")
    op.drop_index("ix_line_facts_product_id", table_name="line_facts", postgresql_include=["quantity"])
    op.drop_table("line_facts")
