"""Buyers, priced items, and orders placed through the POS door, for tests."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from httpx import AsyncClient, Response

from libs.common.db.database import Database
from libs.common.prices import TaxRate
from services.sales.domain.buyers import Buyer
from services.sales.domain.stock import PricedItem, Promotion

FOR_ALL = "ALL"
FOR_FREQUENT = "FREQUENT_ONLY"


def a_buyer(customer_id: int = 1, *, is_frequent: bool = False, birth_date: date | None = None) -> Buyer:
    """A buyer: Maria González."""
    return Buyer(customer_id, "Maria", "González", is_frequent, birth_date)


def a_promotion(percent: str, audience: str = FOR_ALL) -> Promotion:
    """A promotion of the given percent."""
    return Promotion(Decimal(percent), audience)


def an_item(
    price: str = "100.00",
    *,
    tax_rate: TaxRate = "0.16",
    quantity: int = 1,
    promotion: Promotion | None = None,
) -> PricedItem:
    """An item of Coca Cola, of the given quantity and price before tax."""
    return PricedItem(15, "Coca Cola", quantity, Decimal(price), tax_rate, promotion)


def an_order(*items: tuple[int, int], customer: int | None = None) -> dict[str, Any]:
    """The body of an order of (product, quantity) items; by default one piece of product 15."""
    body: dict[str, Any] = {
        "items": [{"product_id": product, "quantity": quantity} for product, quantity in items or ((15, 1),)]
    }
    return body if customer is None else {**body, "customer": customer}


async def placed(till: AsyncClient, *items: tuple[int, int], customer: int | None = None) -> dict[str, Any]:
    """A placed order, as the till received it."""
    answer = await till.post("/api/orders/", json=an_order(*items, customer=customer))
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def paid(
    till: AsyncClient, method: str = "CASH", *items: tuple[int, int], **how: Any
) -> dict[str, Any]:
    """A paid order, as it was when placed."""
    order = await placed(till, *items, **how)
    answer = await pay(till, order["id"], method)
    assert answer.status_code == 200, answer.text
    return order


async def pay(
    till: AsyncClient, order_id: int, method: str = "CASH", headers: Mapping[str, str] | None = None
) -> Response:
    """Pay the order."""
    return await till.post(f"/api/orders/{order_id}/pay/", json={"payment_method": method}, headers=headers)


async def cancel(till: AsyncClient, order_id: int, headers: Mapping[str, str] | None = None) -> Response:
    """Cancel the order."""
    return await till.post(f"/api/orders/{order_id}/cancel/", json={}, headers=headers)


async def count_orders(database: Database) -> int:
    """The number of orders."""
    count: int = await database.fetch_value("select count(*) from orders")
    return count


async def status_of(database: Database, order_id: int) -> str:
    """The order's status as it is stored, PAYING included."""
    status: str = await database.fetch_value("select status from orders where id = %s", [order_id])
    return status


async def outcomes_of(database: Database, order_id: int) -> list[str | None]:
    """The outcomes of the attempts to pay the order with a balance; None for one that is open."""
    attempts = await database.fetch_dicts(
        "select outcome from payment_attempts where order_id = %s order by number", [order_id]
    )
    return [attempt["outcome"] for attempt in attempts]


def a_checkout(*items: tuple[int, int], user_id: int = 1, **more: Any) -> dict[str, Any]:
    """The body of a checkout of (product, quantity) items; by default two pieces of product 20."""
    return {"user_id": user_id, **an_order(*items or ((20, 2),)), **more}


async def checked_out(shopper: AsyncClient, *items: tuple[int, int], **more: Any) -> dict[str, Any]:
    """The answer to a checkout: the new order and its invoice."""
    answer = await shopper.post("/sales/orders", json=a_checkout(*items, **more))
    assert answer.status_code == 201, answer.text
    checkout: dict[str, Any] = answer.json()
    return checkout


async def led_to(admin: AsyncClient, order_id: int, *statuses: str) -> None:
    """Lead a web order through these states, one after the other."""
    for status in statuses:
        answer = await admin.patch(f"/sales/orders/{order_id}/status", json={"status": status})
        assert answer.status_code == 200, answer.text
