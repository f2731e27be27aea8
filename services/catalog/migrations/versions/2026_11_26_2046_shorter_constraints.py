"""shorter constraints of products: PostgreSQL reads their text whenever stock is taken."""

from alembic import op

revision = "7f1b3d5a9c24"
down_revision = "6c2e8f4a1b73"
branch_labels = None
depends_on = None

# `reserved_within_stock` implies that the stock is not negative.
NOT_NEGATIVE = {
    "price_not_negative": "price >= 0",
    "cost_not_negative": "cost >= 0",
    "weight_not_negative": "weight >= 0",
    "threshold_not_negative": "low_stock_threshold >= 0",
    "stock_not_negative": "current_stock >= 0",
}


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_products_not_negative"),
        "products",
        "least(price, cost, weight, low_stock_threshold) >= 0",
    )
    for name in NOT_NEGATIVE:
        op.drop_constraint(op.f(f"ck_products_{name}"), "products")


def downgrade() -> None:
    for name, condition in NOT_NEGATIVE.items():
        op.create_check_constraint(op.f(f"ck_products_{name}"), "products", condition)
    op.drop_constraint(op.f("ck_products_not_negative"), "products")
