"""Sales that have happened already, what was missing for them, and the prices of the past."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "f2b7d9c4a813"
down_revision = "a1c9e5f37d60"
branch_labels = None
depends_on = None

# The prices of now are known from now on; of a promotion to come they are known too.
REMEMBER_PRICES = """
insert into product_prices (product_id, since, price, tax_rate, promotions)
select product.id, now(), price, tax_rate, coalesce((
    select jsonb_agg(jsonb_build_object('discount_percent', discount_percent::text,
        'target_audience', target_audience, 'start_date', start_date, 'end_date', end_date)
        order by start_date)
    from promotions where product_id = product.id and end_date >= current_date - 1
), '[]')
from products product where deleted_at is null
"""


def upgrade() -> None:
    op.add_column("allocations", sa.Column("sold_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("allocation_lines", sa.Column("short", sa.BigInteger(), nullable=True))
    op.add_column("allocation_lines", sa.Column("counted", sa.BigInteger(), nullable=True))
    op.create_table(
        "shortfalls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shortfalls_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_shortfalls_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_shortfalls_allocation_id_allocations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortfalls")),
    )
    op.create_index("uq_shortfalls_sale", "shortfalls", ["allocation_id", "product_id"], unique=True)
    op.create_index("ix_shortfalls_product", "shortfalls", ["product_id", "id"])
    op.create_table(
        "product_prices",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("price", sa.Numeric(14, 4), nullable=False),
        sa.Column("tax_rate", sa.String(length=5), nullable=False),
        sa.Column("promotions", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_prices_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", "since", name=op.f("pk_product_prices")),
    )
    op.create_index(
        "ix_product_prices_until",
        "product_prices",
        ["until"],
        postgresql_where=sa.text("until is not null"),
    )
    op.execute(REMEMBER_PRICES)


def downgrade() -> None:
    op.drop_table("product_prices")
    op.drop_table("shortfalls")
    for column in ("counted", "short"):
        op.drop_column("allocation_lines", column)
    op.drop_column("allocations", "sold_at")
