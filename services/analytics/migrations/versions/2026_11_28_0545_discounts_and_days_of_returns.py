"""Discounts stand on their sale, and returns on their day.

What was recorded before has none until the figures are rebuilt (`make rebuild`).
`postgresql_concurrently`: returns are recorded meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0c5b7e19a4d2"
down_revision = "f38b06c2d19e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("sale_facts", "discount"), ("sales_by_hour", "discounts")):
        nothing = sa.text("0")
        op.add_column(
            table,
            sa.Column(column, sa.Numeric(24, 2), server_default=nothing, nullable=False),
            if_not_exists=True,
        )
    op.add_column(
        "return_facts",
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        if_not_exists=True,
    )
    op.add_column("return_facts", sa.Column("day", sa.Date(), nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_return_facts_day",
            "return_facts",
            ["day"],
            unique=False,
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 16},
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_return_facts_day", table_name="return_facts")
    op.drop_column("return_facts", "day")
    op.drop_column("return_facts", "returned_at")
    op.drop_column("sales_by_hour", "discounts")
    op.drop_column("sale_facts", "discount")
