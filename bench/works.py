"""The measured works: sales and checkouts (orders of 2 lines), a list of products, one product, a report."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import jwt

from bench.load import Connection, Work

REPORTS = ("sales-summary/", "product-ranking/?criterion=both", "timeline/?by=day", "staff/")


@dataclass(frozen=True, slots=True)
class Shop:
    """The gateway, the tokens of employees and owner, the products and customers of the measured shop."""

    port: int
    owner: str
    tokens: Sequence[str]
    products: Sequence[int]
    customers: Sequence[int]
    randomness: random.Random

    def works(self, list_length: int) -> Mapping[str, Work]:
        """Name → work."""
        return {
            "sale": Work(self.connection, self.sell),
            "customer": Work(self.connection, partial(self.sell_to_customer, "CASH")),
            "points": Work(self.connection, partial(self.sell_to_customer, "POINTS")),
            "checkout": Work(self.connection, self.check_out),
            f"list of {list_length}": Work(self.connection, partial(self.read_list, list_length)),
            "detail": Work(self.connection, self.read_detail),
            "report": Work(lambda _: Connection(self.port, self.owner), self.read_report),
        }

    def connection(self, client: int) -> Connection:
        """A client's own connection, logged in as one of the employees."""
        return Connection(self.port, self.tokens[client % len(self.tokens)])

    async def sell(self, connection: Connection) -> None:
        """Order 2 lines (3 pieces) and pay in cash."""
        await self._sell(connection, {}, "CASH")

    async def sell_to_customer(self, method: str, connection: Connection) -> None:
        """The same for one of the customers, who earns points."""
        await self._sell(connection, {"customer": self.randomness.choice(self.customers)}, method)

    async def _sell(self, connection: Connection, buyer: Mapping[str, int], method: str) -> None:
        order = await connection.call("POST", "/api/orders/", {"items": self._items(), **buyer}, expect=201)
        payment = {"payment_method": method}
        await connection.call("POST", f"/api/orders/{order['id']}/pay/", payment, expect=200)

    async def check_out(self, connection: Connection) -> None:
        """Order 2 lines (3 pieces) in the web shop, with the invoice. The employees shop there themselves."""
        body = {"user_id": user_of(connection), "items": self._items()}
        await connection.call("POST", "/sales/orders", body, expect=201)

    def _items(self) -> list[dict[str, int]]:
        one, two = self.randomness.sample(self.products, 2)
        return [{"product_id": one, "quantity": 1}, {"product_id": two, "quantity": 2}]

    async def read_list(self, length: int, connection: Connection) -> None:
        """Read one random page of the product list."""
        offset = self.randomness.randrange(0, max(1, len(self.products) - length), length)
        await connection.call("GET", f"/api/products/?limit={length}&offset={offset}", expect=200)

    async def read_detail(self, connection: Connection) -> None:
        """Read one product."""
        await connection.call("GET", f"/api/products/{self.randomness.choice(self.products)}/", expect=200)

    async def read_report(self, connection: Connection) -> None:
        """Read one of the owner's reports about the last 30 days."""
        report = self.randomness.choice(REPORTS)
        await connection.call("GET", f"/api/analytics/{report}", expect=200)


def user_of(connection: Connection) -> int:
    """The id of the user who is logged in on the connection."""
    claims = jwt.decode(connection.token or "", options={"verify_signature": False})
    return int(claims["user_id"])
