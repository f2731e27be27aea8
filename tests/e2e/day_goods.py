"""The products and customers of a day at the shop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from libs.common.prices import TAX_FRACTIONS, shelf_price
from tests.e2e.shop import Shop
from tests.e2e.tills import Receipt, Till

STOCK = 100_000
SCARCE = 25
SHORT = 3
PRICES = ("86.21", "18.53", "7.77", "129.31", "0.99")
POINTS = 400
DEBT_PIECES = 900
CREDIT_LIMIT = "1000000.00"
LITTLE_CREDIT = "300.00"
"""Soon used up: later sales on credit are refused, and paid in cash."""
MANY_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class DayGoods:
    """The products and customers of the day. What is held for carts is not sold, and debtors only pay.

    Of `short` tills sell more than there is, while they have no network. The `regular` has points and credit
    for whatever happens to them; `first` is what the debtor bought.
    """

    products: Sequence[int]
    scarce: Sequence[int]
    short: int
    held: int
    customers: Sequence[int]
    regular: int
    debtor: int
    first: Receipt

    @classmethod
    def make(cls, shop: Shop) -> "DayGoods":
        """Make them, and sell to the debtor on credit."""
        limits = (CREDIT_LIMIT, LITTLE_CREDIT, CREDIT_LIMIT, LITTLE_CREDIT, "0.00")
        customers = [shop.new_customer(credit_limit=limit) for limit in limits]
        for customer_id in customers:
            shop.give_points(customer_id, POINTS)
        regular = shop.new_customer(credit_limit=CREDIT_LIMIT)
        shop.give_points(regular, MANY_POINTS)
        products = [shop.new_product(stock=STOCK, price=price) for price in PRICES]
        debtor = shop.new_customer(credit_limit=CREDIT_LIMIT)
        items = [{"product_id": products[0], "quantity": DEBT_PIECES}]
        with Till(shop) as till:
            first = till.sell({"items": items, "customer": debtor}, "CREDIT")
        return cls(
            products=products,
            scarce=[shop.new_product(stock=SCARCE) for _ in range(2)],
            short=shop.new_product(stock=SHORT, price=PRICES[0]),
            held=shop.new_product(stock=STOCK),
            customers=customers,
            regular=regular,
            debtor=debtor,
            first=first,
        )

    @property
    def dearest(self) -> int:
        """The product that costs most."""
        return max(self.products, key=self.price_of)

    def price_of(self, product_id: int) -> Decimal:
        """The shelf price of a piece."""
        price = PRICES[0] if product_id == self.short else PRICES[self.products.index(product_id)]
        return shelf_price(Decimal(price), TAX_FRACTIONS["0.16"])

    def total(self, items: Iterable[Mapping[str, Any]]) -> Decimal:
        """The shelf price of these pieces."""
        return sum((self.price_of(item["product_id"]) * item["quantity"] for item in items), Decimal(0))
