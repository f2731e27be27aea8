"""sums hold thirty years of the largest orders; wider numerics rewrite no row."""

import sqlalchemy as sa
from alembic import op

revision = "3b8f6d20c4e1"
down_revision = "7e71ca8f295a"
branch_labels = None
depends_on = None

MONEY = {
    "sales": ["final_amount"],
    "sold_lines": ["amount", "tax_amount"],
    "hourly_sales": ["revenue", "lowest_ticket", "highest_ticket"],
    "monthly_sales": ["revenue", "lowest_ticket", "highest_ticket"],
    "monthly_product_sales": ["revenue"],
    "products": ["final_price"],
}
COUNTS = {"hourly_sales": "tickets", "monthly_sales": "tickets", "product_stocks": "current_stock"}


def upgrade() -> None:
    for table, columns in MONEY.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Numeric(24, 2))
    for table, column in COUNTS.items():
        op.alter_column(table, column, type_=sa.BigInteger())


def downgrade() -> None:
    for table, column in COUNTS.items():
        op.alter_column(table, column, type_=sa.Integer())
    for table, columns in MONEY.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Numeric(14, 2))
