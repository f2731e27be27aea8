"""attempts to pay orders with points or credit."""

import sqlalchemy as sa
from alembic import op

revision = "a94d2c7e6f18"
down_revision = "e1b7d3f50a96"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.Numeric(precision=24, scale=2), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "points >= 0 and credit >= 0 and points + credit > 0",
            name=op.f("ck_payment_attempts_charges_something"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_payment_attempts_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_payment_attempts")),
    )
    op.create_index(
        "ix_payment_attempts_open",
        "payment_attempts",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("outcome is null"),
    )


def downgrade() -> None:
    op.drop_table("payment_attempts")
