"""The first tables of catalog."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For the promotions' exclusion constraint. It is trusted: the database's owner may create it.
    op.execute("create extension if not exists btree_gist")
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel in ('POS', 'WEB')", name=op.f("ck_allocations_channel_known")),
        sa.CheckConstraint(
            "status in ('HELD', 'CONFIRMED', 'RELEASED')", name=op.f("ck_allocations_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_index(
        "ix_allocations_held",
        "allocations",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'HELD'"),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "suppliers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("phone_number", sa.String(length=20), nullable=True),
        sa.Column("contact_person", sa.String(length=255), nullable=True),
        sa.Column("rfc", sa.String(length=20), nullable=True),
        sa.Column("tax_address", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("tax_rate", sa.String(length=5), nullable=False),
        sa.Column("cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("current_stock", sa.Integer(), nullable=False),
        sa.Column("reserved_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("low_stock_threshold", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("pet_type", sa.String(length=100), nullable=True),
        sa.Column("brand", sa.String(length=255), nullable=True),
        sa.Column("weight", sa.Numeric(precision=10, scale=3), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "tax_rate in ('0.16', '0.08', '0.00', 'EXENT')", name=op.f("ck_products_tax_rate_known")
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_products_cost_not_negative")),
        sa.CheckConstraint("current_stock >= 0", name=op.f("ck_products_stock_not_negative")),
        sa.CheckConstraint("low_stock_threshold >= 0", name=op.f("ck_products_threshold_not_negative")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_products_price_not_negative")),
        sa.CheckConstraint(
            "reserved_quantity between 0 and current_stock", name=op.f("ck_products_reserved_within_stock")
        ),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_products_weight_not_negative")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_products_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index(op.f("ix_products_supplier_id"), "products", ["supplier_id"], unique=False)
    op.create_index(
        "uq_products_sku_live",
        "products",
        ["sku"],
        unique=True,
        postgresql_where=sa.text("deleted_at is null"),
    )
    op.create_table(
        "allocation_lines",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("tax_rate", sa.String(length=5), nullable=False),
        sa.Column("discount_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("target_audience", sa.String(length=13), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_allocation_lines_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_allocation_lines_allocation_id_allocations")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_allocation_lines_product_id_products")
        ),
        sa.PrimaryKeyConstraint("allocation_id", "product_id", name=op.f("pk_allocation_lines")),
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("discount_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("target_audience", sa.String(length=13), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("product_id"), "="),
            (sa.text("daterange(start_date, end_date, '[]')"), "&&"),
            using="gist",
            name="ex_promotions_no_shared_day",
        ),
        sa.CheckConstraint(
            "target_audience in ('ALL', 'FREQUENT_ONLY')", name=op.f("ck_promotions_audience_known")
        ),
        sa.CheckConstraint(
            "discount_percent > 0 and discount_percent <= 100", name=op.f("ck_promotions_percent_in_range")
        ),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_promotions_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_promotions_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )
    op.create_table(
        "stock_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_stock_ledger_balance_not_negative")),
        sa.CheckConstraint("change <> 0", name=op.f("ck_stock_ledger_change_not_zero")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_stock_ledger_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_ledger")),
    )
    op.create_index("ix_stock_ledger_product", "stock_ledger", ["product_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_stock_ledger_product", table_name="stock_ledger")
    op.drop_table("stock_ledger")
    op.drop_table("promotions")
    op.drop_table("allocation_lines")
    op.drop_index(
        "uq_products_sku_live", table_name="products", postgresql_where=sa.text("deleted_at is null")
    )
    op.drop_index(op.f("ix_products_supplier_id"), table_name="products")
    op.drop_table("products")
    op.drop_table("suppliers")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_inbox_received_at"), table_name="inbox")
    op.drop_table("inbox")
    op.drop_index(
        "ix_allocations_held", table_name="allocations", postgresql_where=sa.text("status = 'HELD'")
    )
    op.drop_table("allocations")
    op.execute("drop extension btree_gist")
