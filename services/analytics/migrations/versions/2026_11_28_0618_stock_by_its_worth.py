"""The stock that is worth most is found by an index.

`postgresql_concurrently`: stock changes meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "b62e7f14d0a9"
down_revision = "0c5b7e19a4d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_product_stocks_worth",
            "product_stocks",
            [sa.literal_column("(current_stock * unit_cost) desc nulls last"), "product_id"],
            unique=False,
            postgresql_where=sa.text("in_catalog and current_stock > 0"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_product_stocks_worth", table_name="product_stocks")
