"""Stories of the owner's reports: cases that went wrong in other shops."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.e2e.shop import Shop, done
from tests.e2e.shoppers import web_product
from tests.e2e.waiting import eventually, throughout
from tests.e2e.web_shop import WebShop
from tests.e2e.web_stories import Story

CURRENT_WITHIN_SECONDS = 30
"""The contract says 2; a machine that is busy with other tests takes longer."""

NEVER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Sold:
    """What the owner's summary says of the last 30 days."""

    tickets: int = 0
    units: int = 0
    revenue: Decimal = Decimal(0)

    def __sub__(self, before: "Sold") -> "Sold":
        return Sold(self.tickets - before.tickets, self.units - before.units, self.revenue - before.revenue)

    @classmethod
    def in_summary(cls, shop: Shop) -> "Sold":
        """Read it; nothing in a shop without a sale."""
        answer = shop.owner.get("/api/analytics/sales-summary/")
        if answer.status_code == 400:  # no sale yet
            return cls()
        general, products = done(answer)["general_summary"], done(answer)["products"]
        revenue = Decimal(str(general["total_revenue"]))
        return cls(general["total_tickets"], products["total_units_sold"], revenue)


NOTHING = Sold()


def what_comes_back_from_the_web_comes_off_once(shop: Shop) -> None:
    """Case a01."""
    product, web = web_product(shop, 100, 10), WebShop.of(shop)
    counts = _counting(shop, product)
    order = web.order(product, 2)
    web.pay(order)
    eventually(counts(Sold(1, 2, Decimal(200))), within_seconds=CURRENT_WITHIN_SECONDS)
    web.take_back(order, (product, 1, "restock"))
    eventually(counts(Sold(1, 1, Decimal(100))), within_seconds=CURRENT_WITHIN_SECONDS)
    web.cancel(order)
    eventually(counts(NOTHING), within_seconds=CURRENT_WITHIN_SECONDS)
    throughout(counts(NOTHING), seconds=NEVER_SECONDS)
    assert shop.stock_of(product) == 10


def what_was_refunded_at_once_never_counts(shop: Shop) -> None:
    """Case e02."""
    refunded, kept, web = web_product(shop, 100, 10), web_product(shop, 7, 10), WebShop.of(shop)
    before = Sold.in_summary(shop)
    order, later = web.order(refunded, 2), web.order(kept, 1)
    web.pay(order)
    web.refund(order)
    web.pay(later)

    def only_the_later_counts() -> None:
        _assert_sold(shop, refunded, before, Sold(1, 1, Decimal(7)), units=0)

    eventually(only_the_later_counts, within_seconds=CURRENT_WITHIN_SECONDS)
    throughout(only_the_later_counts, seconds=NEVER_SECONDS)


def what_is_paid_again_after_a_refund_counts_again(shop: Shop) -> None:
    """Paid by mistake and refunded, then paid by another invoice."""
    product, web = web_product(shop, 100, 10), WebShop.of(shop)
    counts = _counting(shop, product)
    order = web.order(product, 2)
    web.pay(order)
    eventually(counts(Sold(1, 2, Decimal(200))), within_seconds=CURRENT_WITHIN_SECONDS)
    web.refund(order)
    eventually(counts(NOTHING), within_seconds=CURRENT_WITHIN_SECONDS)
    again = web.replace_invoice(order)
    web.pay(again)
    eventually(counts(Sold(1, 2, Decimal(200))), within_seconds=CURRENT_WITHIN_SECONDS)
    web.refund(again)
    eventually(counts(NOTHING), within_seconds=CURRENT_WITHIN_SECONDS)


STORIES: tuple[Story, ...] = (
    what_comes_back_from_the_web_comes_off_once,
    what_was_refunded_at_once_never_counts,
    what_is_paid_again_after_a_refund_counts_again,
)


def _counting(shop: Shop, product: int) -> Callable[[Sold], Callable[[], None]]:
    """Checks that so much more has been sold than now, all of it this product."""
    before = Sold.in_summary(shop)
    return lambda more: lambda: _assert_sold(shop, product, before, more, units=more.units)


def _assert_sold(shop: Shop, product: int, before: Sold, more: Sold, *, units: int) -> None:
    """The summary has so much more than before, and the ranking has so many units of the product."""
    assert Sold.in_summary(shop) - before == more
    assert _ranked_units(shop).get(product, 0) == units


def _ranked_units(shop: Shop) -> dict[int, int]:
    answer = shop.owner.get("/api/analytics/product-ranking/?limit=1000&criterion=both")
    if answer.status_code == 400:  # no sale yet
        return {}
    ranked: dict[str, Any] = done(answer).get("results", {})
    products = [*ranked.get("most_sold", []), *ranked.get("least_sold", [])]
    return {product["product__id"]: product["units_sold"] for product in products}
