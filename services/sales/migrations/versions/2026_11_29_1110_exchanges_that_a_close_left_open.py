"""a Z report keeps the exchanges that were open at its close; one of before shows those that are open now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0c94d7e16ba8"
down_revision = "f5b3087c2d1e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shifts", sa.Column("open_exchanges", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("shifts", "open_exchanges")
