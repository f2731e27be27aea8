"""The door with its routes, a file for each subject. The worker reads and words sales without them."""

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
