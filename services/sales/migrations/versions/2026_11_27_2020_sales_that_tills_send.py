"""sales that tills send later, and the numbers of their tickets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, INT8MULTIRANGE, JSONB

revision = "6e1f0b7d92a4"
down_revision = "e7c2054fb18a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "synced_sales",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("register_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("flags", ARRAY(sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("sale", JSONB(), nullable=False),
        sa.Column("differing", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("errors", JSONB(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_from", sa.BigInteger(), nullable=False),
        sa.Column("dismissed_by", sa.BigInteger(), nullable=True),
        sa.Column("dismiss_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status in ('RECEIVED', 'BOOKED', 'HELD', 'DISMISSED')", name=op.f("ck_synced_sales_status_known")
        ),
        sa.CheckConstraint(
            "status <> 'BOOKED' or result is not null and order_id is not null",
            name=op.f("ck_synced_sales_booked"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synced_sales")),
        sa.UniqueConstraint("key", name=op.f("uq_synced_sales_key")),
    )
    op.create_index("uq_synced_sales_client_id", "synced_sales", ["client_id"], unique=True)
    op.create_index(
        "uq_synced_sales_seq",
        "synced_sales",
        ["register_id", "seq"],
        unique=True,
        postgresql_where=sa.text("seq is not null"),
    )
    op.create_index(
        "ix_synced_sales_errors",
        "synced_sales",
        ["status", "id"],
        postgresql_where=sa.text("errors is not null"),
    )
    op.create_table(
        "register_numbers",
        sa.Column("register_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("numbers", INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_register_numbers_register_id_registers")
        ),
        sa.PrimaryKeyConstraint("register_id", name=op.f("pk_register_numbers")),
    )
    op.add_column("orders", sa.Column("ticket_number", sa.Text(), nullable=True))
    op.add_column("shifts", sa.Column("last_seq", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("shifts", "last_seq")
    op.drop_column("orders", "ticket_number")
    op.drop_table("register_numbers")
    op.drop_table("synced_sales")
