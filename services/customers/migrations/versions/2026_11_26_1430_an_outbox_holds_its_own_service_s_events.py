"""An outbox holds the events of its own service only."""

from alembic import op

revision = "406e8cad2f43"
down_revision = "ecaf1c3a38c9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_outbox_type_owned"), "outbox", "type ^@ 'customers.'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_type_owned"), "outbox")
