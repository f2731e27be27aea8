"""Returns take the points of an order back; what was spent already is owed, with a ledger of its own."""

import sqlalchemy as sa
from alembic import op

revision = "a4c7e0b3d195"
down_revision = "e8b3f1d6a942"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "customers", sa.Column("points_owed", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.execute("""
        alter table customers
        add constraint ck_customers_points_owed_not_negative check (points_owed >= 0) not valid
    """)
    op.add_column("points_ledger", sa.Column("order_uuid", sa.Uuid(), nullable=True))
    op.execute("""
        create table points_owed_ledger (
            id bigint generated always as identity,
            customer_id bigint not null,
            amount bigint not null,
            order_uuid uuid,
            created_at timestamptz not null,
            constraint pk_points_owed_ledger primary key (id),
            constraint fk_points_owed_ledger_customer_id_customers
                foreign key (customer_id) references customers (id),
            constraint ck_points_owed_ledger_amount_fits_reason check (
                amount <> 0 and (order_uuid is not null) = (amount > 0)
            )
        )
    """)
    op.execute("create index ix_points_owed_ledger_customer_id on points_owed_ledger (customer_id, id)")
    op.execute("""
        create table returned_orders (
            order_uuid uuid not null,
            customer_id bigint not null,
            kept_points bigint not null,
            taken_back bigint not null default 0,
            user_id bigint not null,
            returned_at timestamptz not null,
            constraint pk_returned_orders primary key (order_uuid),
            constraint fk_returned_orders_customer_id_customers
                foreign key (customer_id) references customers (id),
            constraint ck_returned_orders_not_negative check (kept_points >= 0 and taken_back >= 0)
        )
    """)


def downgrade() -> None:
    op.execute("drop table returned_orders, points_owed_ledger")
    op.drop_column("points_ledger", "order_uuid")
    op.drop_column("customers", "points_owed")
