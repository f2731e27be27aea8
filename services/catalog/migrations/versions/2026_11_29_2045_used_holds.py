"""Which holds an order used up, so that they are held again if it is refused."""

import sqlalchemy as sa
from alembic import op

revision = "f6a1c4d9e5b7"
down_revision = "e5f0b3c8d4a6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_holds",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_used_holds_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name=op.f("fk_used_holds_hold_id_holds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("allocation_id", "hold_id", name=op.f("pk_used_holds")),
    )
    op.create_index(op.f("ix_used_holds_hold_id"), "used_holds", ["hold_id"])


def downgrade() -> None:
    op.drop_table("used_holds")
