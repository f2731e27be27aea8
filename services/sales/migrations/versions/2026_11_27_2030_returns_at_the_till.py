"""returns at the till, with the pieces that they bring back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d7f1b48c2e90"
down_revision = "b1f7c25d8e60"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(24, 2)
IS_DONE = sa.text("status = 'DONE'")


def upgrade() -> None:
    op.create_table(
        "till_returns",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            server_default=sa.text("nextval('returns_id_seq'::regclass)"),
            nullable=False,
        ),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refund_amount", MONEY, nullable=False),
        sa.Column("refund_method", sa.Text(), nullable=True),
        sa.Column("shares", JSONB(), nullable=False),
        sa.Column("points_returned", sa.BigInteger(), nullable=False),
        sa.Column("exchange_left", MONEY, nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("register_id", sa.BigInteger(), nullable=True),
        sa.Column("shift_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_amount", MONEY, nullable=True),
        sa.Column("points_taken_back", sa.BigInteger(), nullable=True),
        sa.Column("is_everything_back", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "status in ('REFUNDING', 'DONE', 'UNDONE')", name=op.f("ck_till_returns_status_known")
        ),
        sa.CheckConstraint(
            "(status = 'DONE') = "
            "(num_nonnulls(done_at, kept_amount, points_taken_back, is_everything_back) = 4)",
            name=op.f("ck_till_returns_done_is_whole"),
        ),
        sa.CheckConstraint("exchange_left >= 0", name=op.f("ck_till_returns_exchange_not_overdrawn")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_till_returns_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_returns")),
        sa.UniqueConstraint("uuid", name=op.f("uq_till_returns_uuid")),
    )
    for name, columns, unique, where in (
        ("uq_till_returns_operation", ["operation"], True, sa.text("status <> 'UNDONE'")),
        ("ix_till_returns_order_id", ["order_id", "created_at", "id"], False, None),
        ("ix_till_returns_created_at", ["created_at", "id"], False, IS_DONE),
        ("ix_till_returns_customer_id", ["customer_id", "created_at", "id"], False, IS_DONE),
        ("ix_till_returns_refund_method", ["refund_method", "created_at", "id"], False, IS_DONE),
        ("ix_till_returns_refunding", ["id", "created_at"], False, sa.text("status = 'REFUNDING'")),
        ("ix_till_returns_exchange", ["id"], False, sa.text("exchange_left > 0")),
    ):
        op.create_index(name, "till_returns", columns, unique=unique, postgresql_where=where)
    op.create_table(
        "till_return_lines",
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MONEY, nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_till_return_lines_quantity_positive")),
        sa.CheckConstraint(
            "disposition in ('restock', 'discard')", name=op.f("ck_till_return_lines_disposition_known")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["till_returns.id"],
            name=op.f("fk_till_return_lines_return_id_till_returns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("return_id", "line", name=op.f("pk_till_return_lines")),
    )


def downgrade() -> None:
    op.drop_table("till_return_lines")
    op.drop_table("till_returns")
