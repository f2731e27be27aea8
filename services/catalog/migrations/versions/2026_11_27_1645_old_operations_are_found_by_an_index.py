"""Old operations are found by an index: without one every batch that is deleted read the whole table."""

from alembic import op

revision = "a1c9e5f37d60"
down_revision = "d3f8a1c46e72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_operations_at", "operations", ["at"], if_not_exists=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_operations_at", table_name="operations")
