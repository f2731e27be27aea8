"""No customer owes less than no points: the constraint is validated, without a lock that hinders sales."""

from alembic import op

revision = "b5d8f1c4e2a6"
down_revision = "a4c7e0b3d195"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table customers validate constraint ck_customers_points_owed_not_negative")


def downgrade() -> None:
    pass
