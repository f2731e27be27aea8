"""A refund voids the payments up to its invoice, and a later one may pay the order again.

What was void before is so for good until the figures are rebuilt (`make rebuild`).
"""

import sqlalchemy as sa
from alembic import op

revision = "a7d20e94c5b1"
down_revision = "d41c8a5e7f36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column, default in (("invoice_id", "9223372036854775807"), ("paid_again_by", "0")):
        op.add_column(
            "voided_sales",
            sa.Column(column, sa.BigInteger(), server_default=sa.text(default), nullable=False),
        )


def downgrade() -> None:
    op.drop_column("voided_sales", "paid_again_by")
    op.drop_column("voided_sales", "invoice_id")
