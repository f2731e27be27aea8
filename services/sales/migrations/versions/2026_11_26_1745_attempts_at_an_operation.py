"""an Idempotency-Key counts the attempts at its work; the version before leaves it at 1."""

import sqlalchemy as sa
from alembic import op

revision = "7b2d9e64c1f0"
down_revision = "5e7a1c40b9d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idempotency_keys", sa.Column("attempt", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("idempotency_keys", "attempt")
