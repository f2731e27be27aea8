"""Recent charges of credit are summed from an index, without the rows of charges and customers."""

import sqlalchemy as sa
from alembic import op

revision = "a4c7e2b9d153"
down_revision = "e6a2c4d8f0b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_charges_made_at",
            "charges",
            ["made_at", "customer_id"],
            postgresql_include=["credit", "refunded_credit"],
            postgresql_where=sa.text("credit > 0"),
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_charges_made_at", table_name="charges")
