"""The door for tills and the back office: a file of routes for each subject."""

from services.sales.api.pos import layaways, orders, payments, registers, returns, shifts, tickets
from services.sales.api.pos.door import pos

__all__ = ["layaways", "orders", "payments", "pos", "registers", "returns", "shifts", "tickets"]
