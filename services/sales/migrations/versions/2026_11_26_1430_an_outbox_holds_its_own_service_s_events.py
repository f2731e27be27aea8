"""An outbox holds the events of its own service only."""

from alembic import op

revision = "3f5d7b9c1e32"
down_revision = "d3baae87284e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_outbox_type_owned"), "outbox", "type ^@ 'sales.'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_type_owned"), "outbox")
