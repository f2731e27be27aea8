"""notes in the stock ledger."""

import sqlalchemy as sa
from alembic import op

revision = "9d3b5f7a2c48"
down_revision = "8a2c4e6f1b37"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stock_ledger", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("stock_ledger", "note")
