"""layaways, and the payments for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "e7c2054fb18a"
down_revision = "b5e27c1d9f48"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(24, 2)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "layaways",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("total", MONEY, nullable=False),
        sa.Column("paid", MONEY, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancelled_by", sa.BigInteger(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("refunds", JSONB(), nullable=True),
        sa.Column("refund_shift_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status in ('OPEN', 'PAID', 'CANCELLED')", name=op.f("ck_layaways_status_known")),
        sa.CheckConstraint("paid between 0 and total", name=op.f("ck_layaways_not_overpaid")),
        sa.CheckConstraint("status <> 'PAID' or paid = total", name=op.f("ck_layaways_paid_is_whole")),
        sa.CheckConstraint(
            "(status = 'CANCELLED') = (num_nonnulls(cancelled_at, cancelled_by, cancel_reason, refunds) = 4)",
            name=op.f("ck_layaways_cancelled_is_whole"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_layaways_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layaways")),
        sa.UniqueConstraint("order_id", name=op.f("uq_layaways_order_id")),
    )
    op.create_index("ix_layaways_customer_id", "layaways", ["customer_id", "id"])
    op.create_index("ix_layaways_status", "layaways", ["status", "id"])
    op.create_table(
        "layaway_payments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("layaway_id", sa.BigInteger(), nullable=False),
        sa.Column("payments", JSONB(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("cash_received", MONEY, nullable=True),
        sa.Column("shift_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_layaway_payments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["layaway_id"], ["layaways.id"], name=op.f("fk_layaway_payments_layaway_id_layaways")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layaway_payments")),
    )
    op.create_index("ix_layaway_payments_layaway_id", "layaway_payments", ["layaway_id", "id"])


def downgrade() -> None:
    op.drop_table("layaway_payments")
    op.drop_table("layaways")
