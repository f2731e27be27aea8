"""What an invoice to the tax authority says of a customer."""

import sqlalchemy as sa
from alembic import op

revision = "d3b7e9a1c5f8"
down_revision = "f1c9e5a27b60"
branch_labels = None
depends_on = None

COLUMNS = {"rfc": 13, "razon_social": 254, "regimen_fiscal": 3, "uso_cfdi": 4, "cp_fiscal": 5}


def upgrade() -> None:
    for name, length in COLUMNS.items():
        op.add_column("customers", sa.Column(name, sa.String(length), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("customers", name)
