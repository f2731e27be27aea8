"""the shifts that somebody has opened in years are found by an index alone."""

from alembic import op

revision = "a41d7c90e2b6"
down_revision = "f90c3b7a15d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_shifts_opener",
            "shifts",
            ["opened_by", "id"],
            if_not_exists=True,
            postgresql_concurrently=True,
        )
        op.drop_index(
            "ix_shifts_opened_by", table_name="shifts", if_exists=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.create_index("ix_shifts_opened_by", "shifts", ["opened_by"])
    op.drop_index("ix_shifts_opener", table_name="shifts")
