"""The door for tills and the back office: a file of routes for each subject."""

from services.sales.api.pos import (
    bootstrap,
    held_sales,
    layaways,
    orders,
    payments,
    registers,
    returns,
    sent_texts,
    shifts,
    sync,
    tickets,
)
from services.sales.api.pos.door import pos

__all__ = [
    "bootstrap",
    "held_sales",
    "layaways",
    "orders",
    "payments",
    "pos",
    "registers",
    "returns",
    "sent_texts",
    "shifts",
    "sync",
    "tickets",
]
