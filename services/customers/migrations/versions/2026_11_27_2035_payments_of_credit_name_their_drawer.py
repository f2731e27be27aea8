"""A payment of credit keeps its method, and the shift and register whose drawer took it."""

import sqlalchemy as sa
from alembic import op

revision = "e6a2c4d8f0b1"
down_revision = "d3b7e9a1c5f8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credit_ledger", sa.Column("payment_method", sa.String(16), nullable=True))
    op.add_column("credit_ledger", sa.Column("shift_id", sa.BigInteger(), nullable=True))
    op.add_column("credit_ledger", sa.Column("register_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("credit_ledger", "register_id")
    op.drop_column("credit_ledger", "shift_id")
    op.drop_column("credit_ledger", "payment_method")
