"""what operations did: a table instead of columns of orders, which the version before still writes."""

import sqlalchemy as sa
from alembic import op

revision = "5e7a1c40b9d2"
down_revision = "5c1e0a7d4b93"
branch_labels = None
depends_on = None

# What a repeat may still ask for: an Idempotency-Key lives 24 hours.
BACKFILL = """
insert into operations (id, did, thing_id, at)
select placed_by, 'order.placed', id, created_at from orders
where created_at > now() - interval '48 hours'
union all
select closed_by, case status when 'PAID' then 'order.paid' else 'order.cancelled' end, id,
    coalesce(paid_at, cancelled_at)
from orders
where status in ('PAID', 'CANCELLED') and coalesce(paid_at, cancelled_at) > now() - interval '48 hours'
  and closed_by is not null
on conflict do nothing  -- one batch of the job that cancels unpaid orders closed many, and nobody repeats it
"""

# Processes of the version before write the columns while they are replaced.
COPY_PLACED = """
create function copy_placed_by() returns trigger language plpgsql as $$
begin
    insert into operations (id, did, thing_id) values (new.placed_by, 'order.placed', new.id);
    return null;
end $$;
create trigger copy_placed_by after insert on orders
for each row when (new.placed_by is not null) execute function copy_placed_by()
"""
COPY_CLOSED = """
create function copy_closed_by() returns trigger language plpgsql as $$
begin
    insert into operations (id, did, thing_id)
    values (new.closed_by, case new.status when 'PAID' then 'order.paid' else 'order.cancelled' end, new.id)
    on conflict do nothing;
    return null;
end $$;
create trigger copy_closed_by after update of closed_by on orders
for each row when (new.closed_by is not null) execute function copy_closed_by()
"""


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    op.alter_column("orders", "placed_by", nullable=True)
    op.drop_constraint(op.f("uq_orders_placed_by"), "orders", type_="unique")
    op.create_index(
        "ix_orders_placed_by",
        "orders",
        ["placed_by"],
        unique=True,
        postgresql_where=sa.text("placed_by is not null"),
    )
    op.execute(COPY_PLACED)
    op.execute(COPY_CLOSED)
    op.execute(BACKFILL)


def downgrade() -> None:
    op.execute("drop trigger copy_closed_by on orders; drop function copy_closed_by()")
    op.execute("drop trigger copy_placed_by on orders; drop function copy_placed_by()")
    op.drop_index("ix_orders_placed_by", table_name="orders")
    op.execute("update orders set placed_by = gen_random_uuid() where placed_by is null")
    op.create_unique_constraint(op.f("uq_orders_placed_by"), "orders", ["placed_by"])
    op.alter_column("orders", "placed_by", nullable=False)
    op.drop_table("operations")
