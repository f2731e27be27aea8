"""Carts through the STORE door, for tests."""

from collections.abc import Mapping
from typing import Any

from httpx import AsyncClient, Response

from libs.common.contracts.sales import CartChanged
from libs.common.db.database import Database
from libs.testing.outbox import models_in_outbox


def cart_items(*items: tuple[int, int]) -> list[dict[str, int]]:
    """The `items` of a body, of (product, quantity) pairs."""
    return [{"product_id": product, "quantity": quantity} for product, quantity in items]


async def a_cart(client: AsyncClient, *items: tuple[int, int], user_id: int = 1) -> dict[str, Any]:
    """A new cart with these items, as the answer to its creation shows it."""
    body: dict[str, Any] = {"user_id": user_id}
    answer = await client.post("/sales/carts", json=body | ({"items": cart_items(*items)} if items else {}))
    assert answer.status_code == 201, answer.text
    cart: dict[str, Any] = answer.json()["cart"]
    return cart


async def add(
    client: AsyncClient,
    product_id: int = 15,
    quantity: int = 1,
    *,
    user_id: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Add pieces of a product to the user's cart."""
    path = f"/sales/carts/{user_id}/items/{product_id}"
    return await client.post(path, json={"quantity": quantity}, headers=headers)


async def cart_of(client: AsyncClient, user_id: int = 1) -> dict[str, Any]:
    """The user's cart."""
    answer = await client.get(f"/sales/carts/{user_id}")
    assert answer.status_code == 200, answer.text
    cart: dict[str, Any] = answer.json()
    return cart


async def in_cart(client: AsyncClient) -> dict[int, int]:
    """The pieces in the cart of user 1 by product."""
    return {line["product_id"]: line["quantity"] for line in (await cart_of(client))["items"]}


async def told_of_cart(database: Database) -> list[dict[int, int]]:
    """What was in the cart after each of its changes, as subscribers are told."""
    return [
        {item.product_id: item.quantity for item in event.items}
        for event in await models_in_outbox(database, CartChanged)
    ]
