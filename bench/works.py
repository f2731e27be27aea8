"""The measured works: a sale (order of 2 lines, paid in cash), a list of products, one product."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench.load import Connection, Work


@dataclass(frozen=True, slots=True)
class Shop:
    """The gateway, the employees' tokens and the products of the measured shop."""

    port: int
    tokens: Sequence[str]
    products: Sequence[int]
    randomness: random.Random

    def works(self, list_length: int) -> Mapping[str, Work]:
        """Name → work."""
        return {
            "sale": Work(self.connection, self.sell),
            f"list of {list_length}": Work(self.connection, partial(self.read_list, list_length)),
            "detail": Work(self.connection, self.read_detail),
        }

    def connection(self, client: int) -> Connection:
        """A client's own connection, logged in as one of the employees."""
        return Connection(self.port, self.tokens[client % len(self.tokens)])

    async def sell(self, connection: Connection) -> None:
        """Order 2 lines (3 pieces) and pay in cash."""
        one, two = self.randomness.sample(self.products, 2)
        items = [{"product_id": one, "quantity": 1}, {"product_id": two, "quantity": 2}]
        order = await connection.call("POST", "/api/orders/", {"items": items}, expect=201)
        payment = {"payment_method": "CASH"}
        await connection.call("POST", f"/api/orders/{order['id']}/pay/", payment, expect=200)

    async def read_list(self, length: int, connection: Connection) -> None:
        """Read one random page of the product list."""
        offset = self.randomness.randrange(0, max(1, len(self.products) - length), length)
        await connection.call("GET", f"/api/products/?limit={length}&offset={offset}", expect=200)

    async def read_detail(self, connection: Connection) -> None:
        """Read one product."""
        await connection.call("GET", f"/api/products/{self.randomness.choice(self.products)}/", expect=200)
