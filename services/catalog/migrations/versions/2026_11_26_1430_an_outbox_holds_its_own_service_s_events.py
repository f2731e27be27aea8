"""An outbox holds the events of its own service only."""

from alembic import op

revision = "2e4c6a8b0d21"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_outbox_type_owned"), "outbox", "type ^@ 'catalog.'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_type_owned"), "outbox")
