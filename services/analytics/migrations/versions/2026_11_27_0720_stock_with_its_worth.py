"""A product's stock stands with its worth and its threshold; names and skus are found in any capitals."""

import sqlalchemy as sa
from alembic import op

revision = "6f0d3b91ac57"
down_revision = "7d0e4b1a92c6"
branch_labels = None
depends_on = None

COPY = """
update product_stocks set
    in_catalog = not products.deleted, low_stock_threshold = products.low_stock_threshold,
    unit_cost = coalesce(products.cost, products.price), final_price = products.final_price
from products where products.product_id = product_stocks.product_id and products.sequence > 0
"""


def upgrade() -> None:
    op.add_column(
        "product_stocks",
        sa.Column("in_catalog", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("product_stocks", sa.Column("low_stock_threshold", sa.Integer(), nullable=True))
    op.add_column("product_stocks", sa.Column("unit_cost", sa.Numeric(precision=14, scale=4), nullable=True))
    op.add_column(
        "product_stocks", sa.Column("final_price", sa.Numeric(precision=24, scale=2), nullable=True)
    )
    op.execute(COPY)
    op.create_index(
        "ix_product_stocks_current_stock",
        "product_stocks",
        [sa.literal_column("current_stock desc"), "product_id"],
        unique=False,
        postgresql_where=sa.text("in_catalog"),
    )
    op.create_index(
        "ix_product_stocks_low",
        "product_stocks",
        [sa.literal_column("current_stock desc"), "product_id"],
        unique=False,
        postgresql_where=sa.text("in_catalog and current_stock <= low_stock_threshold"),
    )
    op.drop_index("ix_products_name", table_name="products")
    op.drop_index("ix_products_sku", table_name="products")
    op.create_index(
        "ix_products_name", "products", [sa.literal_column("lower(name collate pg_c_utf8)")], unique=False
    )
    op.create_index(
        "ix_products_sku", "products", [sa.literal_column("lower(sku collate pg_c_utf8)")], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_products_sku", table_name="products")
    op.drop_index("ix_products_name", table_name="products")
    op.create_index("ix_products_name", "products", [sa.literal_column("lower(name)")], unique=False)
    op.create_index("ix_products_sku", "products", [sa.literal_column("lower(sku)")], unique=False)
    op.drop_index("ix_product_stocks_low", table_name="product_stocks")
    op.drop_index("ix_product_stocks_current_stock", table_name="product_stocks")
    op.drop_column("product_stocks", "final_price")
    op.drop_column("product_stocks", "unit_cost")
    op.drop_column("product_stocks", "low_stock_threshold")
    op.drop_column("product_stocks", "in_catalog")
