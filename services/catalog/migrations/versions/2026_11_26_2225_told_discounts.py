"""the discount that each product was last told with; the job tells what the version before changes."""

import sqlalchemy as sa
from alembic import op

revision = "c5e1a7d93b20"
down_revision = "d8f2b6c0e147"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_discounts",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("discount_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_told_discounts_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_told_discounts")),
    )


def downgrade() -> None:
    op.drop_table("told_discounts")
