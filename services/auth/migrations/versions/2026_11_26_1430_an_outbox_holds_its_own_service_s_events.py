"""An outbox holds the events of its own service only."""

from alembic import op

revision = "1d3b5a7c9e10"
down_revision = "b127ee6e1c13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_outbox_type_owned"), "outbox", "type ^@ 'auth.'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_type_owned"), "outbox")
