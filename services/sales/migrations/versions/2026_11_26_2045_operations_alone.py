"""operations alone: the columns, index and triggers of the version that knew no table of operations go."""

import sqlalchemy as sa
from alembic import op

revision = "3a8f6c2d91b4"
down_revision = "9c4e1a7f52d8"
branch_labels = None
depends_on = None

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
    op.execute("drop trigger copy_closed_by on orders; drop function copy_closed_by()")
    op.execute("drop trigger copy_placed_by on orders; drop function copy_placed_by()")
    op.drop_index("ix_orders_placed_by", table_name="orders")
    op.drop_column("orders", "closed_by")
    op.drop_column("orders", "placed_by")


def downgrade() -> None:
    op.add_column("orders", sa.Column("placed_by", sa.Uuid(), nullable=True))
    op.add_column("orders", sa.Column("closed_by", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_orders_placed_by",
        "orders",
        ["placed_by"],
        unique=True,
        postgresql_where=sa.text("placed_by is not null"),
    )
    op.execute(COPY_PLACED)
    op.execute(COPY_CLOSED)
