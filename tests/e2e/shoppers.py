"""Shoppers of the stories: each registers, logs in and shops through the gateway."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from tests.e2e.shop import Shop, done, made, open_door

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shopper:
    """A logged-in user of the web shop."""

    client: httpx.Client
    user_id: int

    @classmethod
    @contextmanager
    def shopping(cls, shop: Shop) -> Iterator["Shopper"]:
        """A new user, who leaves when the block ends."""
        account = shop.new_shopper()
        with open_door(shop.url) as client:
            client.headers["Authorization"] = f"Bearer {account.token}"
            yield cls(client, account.user_id)

    @property
    def path(self) -> str:
        """The path of their cart."""
        return f"/sales/carts/{self.user_id}"

    def add(self, product_id: int, quantity: int = 1) -> None:
        """Put pieces of a product into the cart."""
        made(self.client.post(f"{self.path}/items/{product_id}", json={"quantity": quantity}))

    def cart(self) -> Any:
        """Their cart."""
        return done(self.client.get(self.path))

    def check_out(self, cart_id: int, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Order what is in the cart."""
        body = {"cart_id": cart_id, "user_id": self.user_id}
        return self.client.post("/sales/orders", json=body, headers=headers)

    def buy(self, product_id: int, quantity: int = 1) -> Any:
        """Order pieces of a product; returns the answer."""
        items = [{"product_id": product_id, "quantity": quantity}]
        return made(self.client.post("/sales/orders", json={"user_id": self.user_id, "items": items}))


def web_product(shop: Shop, price: float, stock: int) -> int:
    """A new product of the web shop without tax; returns its id."""
    product = {
        "sku": f"{next(_numbers):05}",  # by chance, five characters would be somebody else's now and then
        "description": f"Croquetas {secrets.token_hex(4)}",
        "category": "food",
        "pet_type": "dog",
        "stock_quantity": stock,
        "price": price,
    }
    return int(made(shop.owner.post("/products", json=product))["product"]["id"])


def lead(shop: Shop, order_id: int, *statuses: str) -> None:
    """Lead an order through these states, as the shop's owner."""
    for status in statuses:
        done(shop.owner.patch(f"/sales/orders/{order_id}/status", json={"status": status}))


def at_once(number: int, send: Any) -> list[httpx.Response]:
    """The answers to requests that are sent at once."""
    with ThreadPoolExecutor(number) as senders:
        return list(senders.map(lambda _: send(), range(number)))
