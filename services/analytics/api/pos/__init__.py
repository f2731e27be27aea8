"""POS: one door, a file of routes for each subject."""

from services.analytics.api.pos import customer_sales, product_ranking, sales_summary, staff, taxes, timeline
from services.analytics.api.pos.door import pos

__all__ = ["customer_sales", "pos", "product_ranking", "sales_summary", "staff", "taxes", "timeline"]
