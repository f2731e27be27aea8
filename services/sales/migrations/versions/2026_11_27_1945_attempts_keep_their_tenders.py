"""Attempts to pay with a balance keep all tenders of the payment; those before had one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "a1d4f6b80c27"
down_revision = "c3e9a7104d52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_attempts", sa.Column("payments", JSONB(), nullable=True))
    op.add_column("payment_attempts", sa.Column("cash_received", sa.Numeric(24, 2), nullable=True))


def downgrade() -> None:
    op.drop_column("payment_attempts", "cash_received")
    op.drop_column("payment_attempts", "payments")
