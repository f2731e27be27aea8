"""sessions say whether a PIN opened them."""

import sqlalchemy as sa
from alembic import op

revision = "a06c2d8e5fb7"
down_revision = "9f5b1c7d4ea6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sessions", sa.Column("by_pin", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("sessions", "by_pin")
