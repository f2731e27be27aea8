"""Old operations are found by an index: without one every batch that is deleted read the whole table."""

from alembic import op

revision = "f2a6c8d05b17"
down_revision = "d4f08b6e1c93"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_operations_at", "operations", ["at"], if_not_exists=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_operations_at", table_name="operations")
