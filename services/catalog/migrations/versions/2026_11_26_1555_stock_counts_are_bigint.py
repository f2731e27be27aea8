"""stock counts are bigint: a product counted up to the ceiling still takes back what open orders hold."""

import sqlalchemy as sa
from alembic import op

revision = "8d1c5e7f3a90"
down_revision = "2e4c6a8b0d21"
branch_labels = None
depends_on = None

COUNTS = {
    "products": ["current_stock", "reserved_quantity"],
    "stock_ledger": ["change", "balance"],
    "allocation_lines": ["quantity"],
}


def upgrade() -> None:
    _set_type(sa.BigInteger())


def downgrade() -> None:
    _set_type(sa.Integer())


def _set_type(type_: sa.Integer) -> None:
    """Rewrite each table once."""
    for table, columns in COUNTS.items():
        changes = ", ".join(f"alter column {column} type {type_.compile()}" for column in columns)
        op.execute(f"alter table {table} {changes}")
