"""a return at a till keeps the ids of the approvals that it has used up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c93d58e1a07b"
down_revision = "b7e40c5d12f9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("till_returns", sa.Column("approvals", postgresql.ARRAY(sa.Uuid()), nullable=True))


def downgrade() -> None:
    op.drop_column("till_returns", "approvals")
