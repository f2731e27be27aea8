"""Sales that tills send later, for tests."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient, Response

from libs.common.clock import iso_utc


def a_sale(seq: int, *items: tuple[int, int, str], sold_at: datetime, **more: Any) -> dict[str, Any]:
    """A sale of (product, quantity, unit total), by default one Coca Cola of 116.00, paid in cash."""
    sold = items or ((15, 1, "116.00"),)
    total = sum(quantity * float(price) for _, quantity, price in sold)
    return {
        "client_id": str(uuid4()),
        "seq": seq,
        "sold_at": iso_utc(sold_at),
        "sold_by": 1,
        "items": [
            {"product_id": product, "quantity": quantity, "unit_total": price}
            for product, quantity, price in sold
        ],
        "payments": [{"payment_method": "CASH", "amount": f"{total:.2f}"}],
        **more,
    }


async def send(till: AsyncClient, register: int, *sales: Any, **more: Any) -> Response:
    """Send the sales of the register."""
    return await till.post("/api/sync/sales/", json={"register": register, "sales": list(sales), **more})


async def results(till: AsyncClient, register: int, *sales: Any, **more: Any) -> list[dict[str, Any]]:
    """What became of the sales."""
    answer = await send(till, register, *sales, **more)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def result(till: AsyncClient, register: int, sale: Any) -> dict[str, Any]:
    """What became of the sale."""
    (found,) = await results(till, register, sale)
    return found


async def order_of(till: AsyncClient, result: dict[str, Any]) -> dict[str, Any]:
    """The order in a result."""
    answer = await till.get(f"/api/orders/{result['order']}/")
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def placed_with(till: AsyncClient, sale: dict[str, Any], *, status: int = 201) -> dict[str, Any]:
    """An order that was placed with the sale's id, before it was sent."""
    items = [{name: item[name] for name in ("product_id", "quantity")} for item in sale["items"]]
    answer = await till.post("/api/orders/", json={"items": items, "client_id": sale["client_id"]})
    assert answer.status_code == status, answer.text
    order: dict[str, Any] = answer.json()
    return order


def folio_of(client_id: str) -> str:
    """The folio that the till has printed."""
    return UUID(client_id).hex[:8].upper()
