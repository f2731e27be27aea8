"""Orders and layaways that the owner rings up for a customer."""

from typing import Any

import httpx

from tests.e2e.shop import Shop, made


def place_order(shop: Shop, product_id: int, *, pieces: int, customer_id: int) -> dict[str, Any]:
    """An order of a customer that is not paid."""
    items = [{"product_id": product_id, "quantity": pieces}]
    order: dict[str, Any] = made(
        shop.owner.post("/api/orders/", json={"items": items, "customer": customer_id})
    )
    return order


def pay(shop: Shop, order: dict[str, Any], method: str) -> httpx.Response:
    """The answer to a payment of the whole order."""
    return shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": method})


def lay_away(shop: Shop, product_id: int, customer_id: int) -> dict[str, Any]:
    """Begin a layaway of a piece of the product, with 50.00 paid in cash."""
    deposit = {"payments": [{"payment_method": "CASH", "amount": "50.00"}]}
    items = [{"product_id": product_id, "quantity": 1}]
    body = {"customer": customer_id, "items": items, "deposit": deposit}
    answer = shop.owner.post("/api/layaways/", json=body)
    assert answer.status_code == 201, answer.text
    layaway: dict[str, Any] = answer.json()
    return layaway
