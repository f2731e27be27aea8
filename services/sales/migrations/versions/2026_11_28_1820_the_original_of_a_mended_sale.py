"""a sale that was held keeps what the till sent, whatever a retry makes of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e2a61f7b93d4"
down_revision = "c93d58e1a07b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("synced_sales", sa.Column("original", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("synced_sales", "original")
