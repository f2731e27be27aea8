"""POS: one door, a file of routes for each subject."""

from services.analytics.api.pos import sales_summary, staff, taxes, timeline
from services.analytics.api.pos.door import pos

__all__ = ["pos", "sales_summary", "staff", "taxes", "timeline"]
