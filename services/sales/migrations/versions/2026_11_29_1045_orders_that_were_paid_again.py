"""a web order knows the invoice that paid it again after a refund."""

import sqlalchemy as sa
from alembic import op

revision = "f5b3087c2d1e"
down_revision = "e2a61f7b93d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("paid_again_by", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "paid_again_by")
