"""A cart as the use cases and the door read it."""

from dataclasses import dataclass
from datetime import datetime

from services.sales.domain.carts import CartLine, PricedLines


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart without its lines. `version` rises with every change of them."""

    id: int
    user_id: int
    username: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WholeCart:
    """A cart with its lines, in the order in which they were added."""

    cart: CartView
    lines: tuple[CartLine, ...]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with its lines at today's prices."""

    cart: CartView
    priced: PricedLines
