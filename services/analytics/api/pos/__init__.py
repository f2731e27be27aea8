"""POS: one door, a file of routes for each subject."""

from services.analytics.api.pos import (
    customer_sales,
    inventory_lists,
    inventory_valuation,
    overview,
    product_ranking,
    sales_summary,
    sales_velocity,
    staff,
    suggested_orders,
    taxes,
    timeline,
)
from services.analytics.api.pos.door import pos

__all__ = [
    "customer_sales",
    "inventory_lists",
    "inventory_valuation",
    "overview",
    "pos",
    "product_ranking",
    "sales_summary",
    "sales_velocity",
    "staff",
    "suggested_orders",
    "taxes",
    "timeline",
]
