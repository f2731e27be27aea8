"""registers, their shifts, and the running figures of each shift."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d41b6f0a97e3"
down_revision = "a1d4f6b80c27"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(24, 2)


def nothing(name: str) -> sa.Column[object]:
    return sa.Column(name, MONEY, server_default=sa.text("0"), nullable=False)


def none_yet(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "registers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_z_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_in_drawer", MONEY, nullable=True),
        sa.CheckConstraint("series = upper(series)", name=op.f("ck_registers_series_upper_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
        sa.UniqueConstraint("series", name=op.f("uq_registers_series")),
    )
    op.create_index("uq_registers_name", "registers", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "shifts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("register_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opening_cash", MONEY, nullable=False),
        sa.Column("expected_opening", MONEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        none_yet("sales_count"),
        sa.Column("discounts", sa.Numeric(32, 2), server_default=sa.text("0"), nullable=False),
        nothing("net"),
        nothing("tax"),
        none_yet("refunds_count"),
        nothing("refunds_amount"),
        none_yet("cancelled"),
        sa.Column("first_folio", sa.Text(), nullable=True),
        sa.Column("last_folio", sa.Text(), nullable=True),
        sa.Column("expected_cash", MONEY, nullable=False),
        nothing("paid_in"),
        nothing("paid_out"),
        nothing("dropped"),
        nothing("layaway_received"),
        nothing("layaway_returned"),
        nothing("layaway_applied"),
        nothing("late_cash"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("counted_cash", MONEY, nullable=True),
        sa.Column("denominations", JSONB(), nullable=True),
        sa.Column("left_in_drawer", MONEY, nullable=True),
        sa.Column("z_number", sa.Integer(), nullable=True),
        sa.Column("open_orders", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'CLOSED') = (closed_at is not null and counted_cash is not null "
            "and z_number is not null)",
            name=op.f("ck_shifts_closed_is_whole"),
        ),
        sa.CheckConstraint("status in ('OPEN', 'CLOSED')", name=op.f("ck_shifts_status_known")),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_shifts_register_id_registers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_shifts_opened_at", "shifts", ["opened_at", "id"], unique=False)
    op.create_index("ix_shifts_opened_by", "shifts", ["opened_by"], unique=False)
    op.create_index("ix_shifts_register_id", "shifts", ["register_id", "opened_at", "id"], unique=False)
    op.create_index(
        "uq_shifts_open_register",
        "shifts",
        ["register_id"],
        unique=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_index(
        "uq_shifts_open_user",
        "shifts",
        ["opened_by"],
        unique=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_index("uq_shifts_z_number", "shifts", ["register_id", "z_number"], unique=True)
    op.create_table(
        "shift_tenders",
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        none_yet("count"),
        nothing("amount"),
        nothing("refunded"),
        nothing("credit_payments"),
        sa.Column("counted", MONEY, nullable=True),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_tenders_shift_id_shifts")),
        sa.PrimaryKeyConstraint("shift_id", "payment_method", name=op.f("pk_shift_tenders")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "shift_taxes",
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tax_rate", sa.Text(), nullable=False),
        sa.Column("base", MONEY, nullable=False),
        sa.Column("tax", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_taxes_shift_id_shifts")),
        sa.PrimaryKeyConstraint("shift_id", "kind", "tax_rate", name=op.f("pk_shift_taxes")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "shift_users",
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_users_shift_id_shifts")),
        sa.PrimaryKeyConstraint("shift_id", "user_id", name=op.f("pk_shift_users")),
    )
    op.create_index("ix_shift_users_user_id", "shift_users", ["user_id", "shift_id"], unique=False)
    op.create_table(
        "shift_movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'NO_SALE') = (amount = 0) and amount >= 0", name=op.f("ck_shift_movements_amount_fits")
        ),
        sa.CheckConstraint(
            "kind in ('PAID_IN', 'PAID_OUT', 'DROP', 'NO_SALE')", name=op.f("ck_shift_movements_kind_known")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_movements_shift_id_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_movements")),
    )
    op.create_index("ix_shift_movements_shift_id", "shift_movements", ["shift_id", "id"], unique=False)
    op.create_table(
        "shift_close_attempts",
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("counted_cash", MONEY, nullable=False),
        sa.Column("difference", MONEY, nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shifts.id"], name=op.f("fk_shift_close_attempts_shift_id_shifts")
        ),
        sa.PrimaryKeyConstraint("shift_id", "operation", name=op.f("pk_shift_close_attempts")),
    )
    op.create_table(
        "shift_late",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_late_shift_id_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_late")),
    )
    op.create_index("ix_shift_late_shift_id", "shift_late", ["shift_id", "id"], unique=False)

    op.add_column("payment_attempts", sa.Column("shift_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("payment_attempts", "shift_id")
    for name in (
        "shift_late",
        "shift_close_attempts",
        "shift_movements",
        "shift_users",
        "shift_taxes",
        "shift_tenders",
        "shifts",
        "registers",
    ):
        op.drop_table(name)
