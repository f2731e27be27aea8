"""What each of several payment methods paid of a sale, and what tills gave back by each.

Sales without tenders stay as they are. `postgresql_concurrently`: sales are recorded meanwhile.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d27f5a903be4"
down_revision = "a94c1e7d5b20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund_facts",
        sa.Column("return_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("return_id", "payment_method", name=op.f("pk_refund_facts")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_refund_facts_order_id"), "refund_facts", ["order_id"], unique=False, if_not_exists=True
    )
    op.add_column(
        "sale_facts",
        sa.Column("tenders", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_sale_facts_tenders",
            "sale_facts",
            ["customer_id", "day"],
            unique=False,
            postgresql_where=sa.text("customer_id is not null and tenders is not null"),
            postgresql_include=["tenders"],
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_sale_facts_tenders", table_name="sale_facts")
    op.drop_column("sale_facts", "tenders")
    op.drop_table("refund_facts")
