"""Sums of products by year, from those by month.

What workers of the version before record meanwhile is missing until the figures are rebuilt (`make rebuild`).
"""

import sqlalchemy as sa
from alembic import op

revision = "d41c8a5e7f36"
down_revision = "b62e7f14d0a9"
branch_labels = None
depends_on = None

SUM_MONTHS = """
insert into products_by_year (year, product_id, units, revenue)
select date_trunc('year', month), product_id, sum(units), sum(revenue) from products_by_month group by 1, 2
"""


def upgrade() -> None:
    op.create_table(
        "products_by_year",
        sa.Column("year", sa.Date(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("year", "product_id", name=op.f("pk_products_by_year")),
        postgresql_with={"fillfactor": 70},
    )
    op.execute(SUM_MONTHS)


def downgrade() -> None:
    op.drop_table("products_by_year")
