"""The indexes that the report on a customer reads cover its columns.

The tables are new in the revision before this one, and short or empty: no index is built beside their use.
"""

import sqlalchemy as sa
from alembic import op

revision = "7d0e4b1a92c6"
down_revision = "c5fc7406d893"
branch_labels = None
depends_on = None

ADD_KEY = "alter table line_facts add constraint pk_line_facts primary key (day, order_id, product_id)"


def upgrade() -> None:
    op.drop_constraint("pk_line_facts", "line_facts", type_="primary")
    op.execute(f"{ADD_KEY} include (quantity, amount, tax_amount)")
    op.drop_index("ix_sale_facts_customer_id", table_name="sale_facts")
    op.create_index(
        "ix_sale_facts_customer_id",
        "sale_facts",
        ["customer_id", "day"],
        unique=False,
        postgresql_where=sa.text("customer_id is not null"),
        postgresql_include=["order_id", "hour", "payment_method", "final_amount"],
    )
    op.execute("alter table sale_facts set (autovacuum_vacuum_insert_scale_factor = 0.01)")


def downgrade() -> None:
    op.execute("alter table sale_facts reset (autovacuum_vacuum_insert_scale_factor)")
    op.drop_index(
        "ix_sale_facts_customer_id",
        table_name="sale_facts",
        postgresql_where=sa.text("customer_id is not null"),
        postgresql_include=["order_id", "hour", "payment_method", "final_amount"],
    )
    op.create_index(
        "ix_sale_facts_customer_id",
        "sale_facts",
        ["customer_id", "day"],
        unique=False,
        postgresql_where=sa.text("customer_id is not null"),
    )
    op.drop_constraint("pk_line_facts", "line_facts", type_="primary")
    op.execute(f"{ADD_KEY} include (quantity, amount)")
