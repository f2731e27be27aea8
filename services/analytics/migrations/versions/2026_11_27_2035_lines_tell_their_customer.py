"""Lines tell their customer, so that one index has what somebody bought in years.

Lines that stand already do not tell it: their sales say so, until the figures are rebuilt.
`postgresql_concurrently`: sales are recorded meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "f38b06c2d19e"
down_revision = "d27f5a903be4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line_facts", sa.Column("customer_id", sa.BigInteger(), nullable=True), if_not_exists=True)
    op.add_column(
        "sale_facts",
        sa.Column("lines_tell_customer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_line_facts_customer_id",
            "line_facts",
            ["customer_id", "day"],
            unique=False,
            postgresql_where=sa.text("customer_id is not null"),
            postgresql_include=["product_id", "quantity", "amount", "tax_amount"],
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_sale_facts_untold",
            "sale_facts",
            ["customer_id", "day"],
            unique=False,
            postgresql_where=sa.text("customer_id is not null and not lines_tell_customer"),
            postgresql_include=["order_id"],
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_sale_facts_untold", table_name="sale_facts")
    op.drop_index("ix_line_facts_customer_id", table_name="line_facts")
    op.drop_column("sale_facts", "lines_tell_customer")
    op.drop_column("line_facts", "customer_id")
