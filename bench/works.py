"""What is measured? A sale (order of 2 lines, paid in cash), a list of products, one product."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.load import Connection, Unit

LIST_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Shop:
    """Where to ask, as whom, for what."""

    port: int
    tokens: Sequence[str]
    products: Sequence[int]
    randomness: random.Random

    def connection(self, client: int) -> Connection:
        """A client's own connection, logged in as one of the employees."""
        return Connection(self.port, self.tokens[client % len(self.tokens)])

    def sale(self, client: int) -> Unit:
        """Both calls of a sale: an order of 2 lines (3 pieces), paid in cash."""
        connection = self.connection(client)

        async def sell() -> None:
            one, two = self.randomness.sample(self.products, 2)
            items = [{"product_id": one, "quantity": 1}, {"product_id": two, "quantity": 2}]
            order = await connection.call("POST", "/api/orders/", {"items": items}, expect=201)
            await connection.call(
                "POST", f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, expect=200
            )

        return sell

    def list_of(self, length: int, client: int) -> Unit:
        """One page of the product list, somewhere in it."""
        connection = self.connection(client)

        async def read() -> None:
            offset = self.randomness.randrange(0, max(1, len(self.products) - length), length)
            await connection.call("GET", f"/api/products/?limit={length}&offset={offset}", expect=200)

        return read

    def detail(self, client: int) -> Unit:
        """One product."""
        connection = self.connection(client)

        async def read() -> None:
            await connection.call(
                "GET", f"/api/products/{self.randomness.choice(self.products)}/", expect=200
            )

        return read
