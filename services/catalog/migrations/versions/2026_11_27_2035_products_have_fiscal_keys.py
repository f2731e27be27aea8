"""Products have the keys that an invoice to the tax authority needs."""

import sqlalchemy as sa
from alembic import op

revision = "b7d1e4f08a52"
down_revision = "f2b7d9c4a813"
branch_labels = None
depends_on = None

KEYS = {"clave_prod_serv": 8, "clave_unidad": 3, "objeto_imp": 2}


def upgrade() -> None:
    for name, length in KEYS.items():
        op.add_column("products", sa.Column(name, sa.String(length=length), nullable=True))


def downgrade() -> None:
    for name in KEYS:
        op.drop_column("products", name)
