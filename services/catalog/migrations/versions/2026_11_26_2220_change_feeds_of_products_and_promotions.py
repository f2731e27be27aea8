"""Change feeds of products and promotions: marks, kept by triggers."""

from alembic import op

from libs.common.db.change_marks import mark_function, mark_table, mark_trigger

revision = "d8f2b6c0e147"
down_revision = "9d3b5f7a2c48"
branch_labels = None
depends_on = None

# A deleted product's promotions are gone from lists too. A statement that does not write the column, such as
# a sale's, does not look at this trigger.
MARK_PROMOTIONS_OF_DELETED = """
create function mark_promotions_of_deleted() returns trigger language plpgsql as $$
begin
    insert into promotion_changes (id, changed_in)
    select id, pg_current_xact_id() from promotions where product_id = new.id order by id
    on conflict (id) do update set changed_in = excluded.changed_in;
    return null;
end $$
"""
AT_DELETION = """
create trigger mark_promotions_of_deleted after update of deleted_at on products
for each row when (old.deleted_at is distinct from new.deleted_at)
execute function mark_promotions_of_deleted()
"""


def upgrade() -> None:
    for thing in ("product", "promotion"):
        for statement in mark_table(thing):
            op.execute(statement)
        op.execute(mark_function(f"mark_{thing}s", thing))
        op.execute(mark_trigger(f"{thing}s", "insert", "new", f"mark_{thing}s"))
        op.execute(mark_trigger(f"{thing}s", "update", "new", f"mark_{thing}s"))
        op.execute(mark_trigger(f"{thing}s", "delete", "old", f"mark_{thing}s"))
    # A promotion changes the price of its product, and of the one that it was moved from.
    op.execute(mark_function("mark_promoted", "product", "product_id"))
    op.execute(mark_trigger("promotions", "insert", "new", "mark_promoted"))
    op.execute(mark_trigger("promotions", "update", "new", "mark_promoted"))
    op.execute(mark_trigger("promotions", "update", "old", "mark_promoted"))
    op.execute(mark_trigger("promotions", "delete", "old", "mark_promoted"))
    op.execute(MARK_PROMOTIONS_OF_DELETED)
    op.execute(AT_DELETION)


def downgrade() -> None:
    op.execute("drop function mark_promotions_of_deleted() cascade")
    op.execute("drop function mark_promoted() cascade")
    for thing in ("promotion", "product"):
        op.execute(f"drop function mark_{thing}s() cascade")
        op.execute(f"drop table {thing}_changes")
