"""Returns at the till through the POS door, for tests."""

from collections.abc import Mapping
from typing import Any

from httpx import AsyncClient, Response

from services.sales.tests.builders import placed


def bringing(*items: tuple[int, int], **more: Any) -> dict[str, Any]:
    """The body of a return of (product, quantity) items; by default one piece of product 15."""
    brought = [{"product_id": product, "quantity": quantity} for product, quantity in items or ((15, 1),)]
    return {"items": brought, "reason": "No le gustó", **more}


def by(**amounts: str) -> list[dict[str, str]]:
    """Refunds by method."""
    return [{"payment_method": method, "amount": amount} for method, amount in amounts.items()]


async def give_back(
    client: AsyncClient,
    order_id: int,
    *items: tuple[int, int],
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """Bring the items of the order back."""
    return await client.post(
        f"/api/orders/{order_id}/returns/", json=bringing(*items, **more), headers=headers
    )


async def previewed(client: AsyncClient, order_id: int, *items: tuple[int, int], **more: Any) -> Response:
    """See what bringing the items back would be."""
    return await client.post(f"/api/orders/{order_id}/returns/preview/", json=bringing(*items, **more))


async def returned(
    client: AsyncClient, order_id: int, *items: tuple[int, int], **more: Any
) -> dict[str, Any]:
    """The return of the items, as the till received it."""
    answer = await give_back(client, order_id, *items, **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def paid_by(
    till: AsyncClient, tenders: list[dict[str, str]], *items: tuple[int, int], **how: Any
) -> int:
    """The id of an order that these tenders paid."""
    order_id: int = (await placed(till, *items, **how))["id"]
    answer = await till.post(f"/api/orders/{order_id}/pay/", json={"payments": tenders})
    assert answer.status_code == 200, answer.text
    return order_id


async def order_of(till: AsyncClient, order_id: int) -> dict[str, Any]:
    """The order as the till sees it."""
    order: dict[str, Any] = (await till.get(f"/api/orders/{order_id}/")).json()
    return order
