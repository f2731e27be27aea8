"""How the answers of catalog and customers are understood."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from libs.common.calls.client import Json, RemoteRefusal, ServiceClient
from libs.common.errors import Unavailable
from services.sales.clients.catalog import CatalogStock
from services.sales.clients.customers import CustomerBuyers
from services.sales.domain.stock import (
    Allocation,
    Item,
    PricedItem,
    Promotion,
    Shortage,
    StockShort,
    UnknownProducts,
)
from services.sales.tests.builders import a_buyer

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
ITEMS = (Item(15, 2),)


class Answering(ServiceClient):
    """A neighbour that gives one answer, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, object]] = []

    async def _call(self, method: str, path: str, json: object, timeout_seconds: float) -> Json:
        self.asked.append((method, path, json))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def refused(status: int, code: str, **details: Any) -> RemoteRefusal:
    return RemoteRefusal(status, code, details)


def a_line(**changes: Any) -> Mapping[str, Any]:
    line = {
        "product_id": 15,
        "product_name": "Coca Cola",
        "quantity": 2,
        "price": "86.2069",
        "tax_rate": "0.16",
        "promotion": None,
    }
    return {"allocation_id": str(ORDER), "lease_seconds": 60, "lines": [{**line, **changes}]}


async def allocated(answer: Any) -> Allocation:
    return await CatalogStock(Answering(answer)).allocate(ORDER, ITEMS, user_id=7, channel="POS")


async def test_catalog_is_asked_for_the_orders_goods_by_its_uuid() -> None:
    catalog = Answering(a_line())
    await CatalogStock(catalog).allocate(ORDER, ITEMS, user_id=7, channel="POS")
    wanted = {"user_id": 7, "channel": "POS", "lines": [{"product_id": 15, "quantity": 2}]}
    assert catalog.asked == [("PUT", f"/internal/allocations/{ORDER}", wanted)]


async def test_an_allocation_is_priced_to_four_decimals() -> None:
    item = PricedItem(15, "Coca Cola", 2, Decimal("86.2069"), Decimal("0.16"), None)
    assert await allocated(a_line()) == Allocation(60, (item,))


async def test_an_exempt_product_is_taxed_at_zero() -> None:
    assert (await allocated(a_line(tax_rate="EXENT"))).items[0].tax_rate == 0


async def test_a_promotion_comes_with_its_audience() -> None:
    answer = a_line(promotion={"discount_percent": "15.00", "target_audience": "FREQUENT_ONLY"})
    assert (await allocated(answer)).items[0].promotion == Promotion(Decimal("15.00"), "FREQUENT_ONLY")


async def test_unknown_products_are_refused_in_sales_own_words() -> None:
    with pytest.raises(UnknownProducts) as refusal:
        await allocated(refused(400, "unknown_product", product_ids=[9, 8]))
    assert refusal.value.product_ids == (9, 8)


async def test_short_stock_is_refused_in_sales_own_words() -> None:
    item = {"product_id": 15, "product_name": "Coca Cola", "available": 5, "requested": 10}
    with pytest.raises(StockShort) as refusal:
        await allocated(refused(409, "insufficient_stock", items=[item]))
    assert refusal.value.shortages == (Shortage(15, "Coca Cola", 5, 10),)


async def test_an_allocation_that_ended_meanwhile_is_worth_another_try() -> None:
    with pytest.raises(Unavailable):
        await allocated(refused(409, "allocation_released"))


async def test_a_refusal_that_makes_no_sense_is_a_mistake_not_an_answer() -> None:
    with pytest.raises(RemoteRefusal):
        await allocated(refused(403, "forbidden"))


async def test_a_release_deletes_the_allocation() -> None:
    catalog = Answering(None)
    await CatalogStock(catalog).release(ORDER)
    assert catalog.asked == [("DELETE", f"/internal/allocations/{ORDER}", None)]


@pytest.mark.parametrize(("told", "understood"), [("1995-08-20", date(1995, 8, 20)), (None, None)])
async def test_a_customer_becomes_a_buyer(told: str | None, understood: date | None) -> None:
    customers = Answering(
        {
            "customer_id": 1,
            "first_name": "Maria",
            "last_name": "González",
            "is_frequent": True,
            "birth_date": told,
        }
    )
    assert await CustomerBuyers(customers).find(1) == a_buyer(1, is_frequent=True, birth_date=understood)
    assert customers.asked == [("GET", "/internal/customers/1", None)]


async def test_a_customer_who_is_not_there_is_nobody() -> None:
    assert await CustomerBuyers(Answering(refused(404, "not_found"))).find(99) is None
