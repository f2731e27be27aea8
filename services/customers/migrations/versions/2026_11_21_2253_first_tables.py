"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "ecaf1c3a38c9"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("phone_number", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("is_frequent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("current_points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("credit_limit", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column(
            "credit_used", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("credit_limit >= 0", name=op.f("ck_customers_credit_limit_not_negative")),
        sa.CheckConstraint("credit_used >= 0", name=op.f("ck_customers_credit_used_not_negative")),
        sa.CheckConstraint("current_points >= 0", name=op.f("ck_customers_current_points_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index(
        "uq_customers_email",
        "customers",
        [sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_customers_phone_number",
        "customers",
        ["phone_number"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "points_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("transaction_type", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "transaction_type = 'EARN' AND amount > 0"
            " OR transaction_type = 'REDEEM' AND amount < 0"
            " OR transaction_type = 'ADJUSTMENT' AND amount <> 0",
            name=op.f("ck_points_ledger_amount_fits_type"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_points_ledger_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_ledger")),
    )
    op.create_index(
        "ix_points_ledger_customer_id_created_at",
        "points_ledger",
        ["customer_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_points_ledger_reference_transaction_type",
        "points_ledger",
        ["reference", "transaction_type"],
        unique=True,
    )
    op.create_table(
        "purchase_weeks",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_purchase_weeks_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", "month", "week", name=op.f("pk_purchase_weeks")),
    )


def downgrade() -> None:
    op.drop_table("purchase_weeks")
    op.drop_index("uq_points_ledger_reference_transaction_type", table_name="points_ledger")
    op.drop_index("ix_points_ledger_customer_id_created_at", table_name="points_ledger")
    op.drop_table("points_ledger")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_inbox_received_at"), table_name="inbox")
    op.drop_table("inbox")
    op.drop_index(
        "uq_customers_phone_number", table_name="customers", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        "uq_customers_email", table_name="customers", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("customers")
