"""The change feed of customers: marks, kept by triggers."""

from alembic import op

from libs.common.db.change_marks import mark_function, mark_table, mark_trigger

revision = "e9a3c7d1f258"
down_revision = "b1d5f9a3c724"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in mark_table("customer"):
        op.execute(statement)
    op.execute(mark_function("mark_customers", "customer"))
    op.execute(mark_trigger("customers", "insert", "new", "mark_customers"))
    op.execute(mark_trigger("customers", "update", "new", "mark_customers"))
    op.execute(mark_trigger("customers", "delete", "old", "mark_customers"))


def downgrade() -> None:
    op.execute("drop function mark_customers() cascade")
    op.execute("drop table customer_changes")
