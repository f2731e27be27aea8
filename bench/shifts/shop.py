"""A shop with two open shifts: one of many sales, filled by SQL, and one of ten, sold through the service.

Both are of one database, so that they differ in nothing but their sales: what a report counts of the whole
shop, its open orders, is the same for both.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console

from bench.growth.filling import fill
from bench.growth.past import Past, an_hour_ago
from libs.common.clock import iso_utc
from libs.testing.asgi import asgi_client
from libs.testing.explained import Carried, hear
from libs.testing.settings import NOBODY, common_settings
from libs.testing.tokens import Tokens
from services.sales.deps import OtherServices, build_deps
from services.sales.main import create_app
from services.sales.settings import SalesSettings
from services.sales.tests.builders import an_order
from services.sales.tests.fakes import (
    FakeBalances,
    FakeBuyers,
    FakeCharges,
    FakeQuotes,
    FakeRefunds,
    FakeShoppers,
    FakeStock,
    Product,
)

FEW_SALES = 10
MANY_REGISTER, FEW_REGISTER = 1, 2
PRODUCT = 15
OWNER = 1


@dataclass(frozen=True, slots=True)
class Register:
    """A register with an open shift; the numbers of its next tickets."""

    id: int
    numbers: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Shop:
    """The running service, what its database carried out, and both registers."""

    client: httpx.AsyncClient
    heard: list[Carried]
    many: Register
    few: Register

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer to a request of the owner, which must succeed."""
        answer = await self.client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def open_shift(self, register: Register) -> int:
        """The id of the register's open shift."""
        return int((await self.ask("GET", f"/api/shifts/current/?register={register.id}"))["id"])

    async def send_sale(self, register: Register) -> None:
        """Send one sale of the register that has just happened."""
        total = f"{Product().price * Decimal('1.16'):.2f}"
        sale = {
            "client_id": str(uuid4()),
            "seq": register.numbers(),
            "sold_at": iso_utc(datetime.now(UTC)),
            "sold_by": OWNER,
            "items": [{"product_id": PRODUCT, "quantity": 1, "unit_total": total}],
            "payments": [{"payment_method": "CASH", "amount": total}],
        }
        sent = await self.ask("POST", "/api/sync/sales/", {"register": register.id, "sales": [sale]})
        assert sent["results"][0]["result"] == "created", sent


def fill_many(url: str, orders: int, console: Console) -> None:
    """Fill the database of sales with this many orders of one shift; some of them are not the till's."""
    past = Past(orders, products=2_000, customers=1_000, until=an_hour_ago(), days=1, registers=1, shifts=1)
    fill({"sales": url}, past, console)


async def sell_few(shop: Shop) -> None:
    """Open the other register's shift and sell in it, through the service."""
    await shop.ask("POST", "/api/registers/", {"name": f"Caja {FEW_REGISTER}"})
    await shop.ask("POST", "/api/shifts/", {"register": FEW_REGISTER, "opening_cash": "500.00"})
    for number in range(FEW_SALES):
        order = await shop.ask("POST", "/api/orders/", an_order((PRODUCT, 1)))
        method = "CARD" if number % 2 else "CASH"
        paid = {"payment_method": method, "register": FEW_REGISTER}
        await shop.ask("POST", f"/api/orders/{order['id']}/pay/", paid)


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[Shop]:
    """The service over this database, in this process; catalog, customers and auth are faked."""
    tokens = Tokens()
    stock, shoppers, charges = FakeStock(), FakeShoppers(), FakeCharges()
    stock.products = {PRODUCT: Product(stock=1_000_000)}
    shoppers.known = {OWNER: "owner"}
    settings = SalesSettings(
        **common_settings(url, tokens.write_keys(folder, "sales")),
        auth_url=NOBODY,
        catalog_url=NOBODY,
        customers_url=NOBODY,
        log_level="WARNING",
    )
    others = OtherServices(
        stock, FakeBuyers(), charges, FakeBalances(), FakeQuotes(stock), shoppers, FakeRefunds(charges)
    )
    deps = tokens.trusted_by(build_deps(settings, others=lambda _: others))
    heard = hear(deps.database)
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="OWNER", user_id=OWNER))
        known = (await client.get("/api/sync/registers/")).json()
        last = {row["register"]: row["last_seq"] for row in known}
        many, few = (
            Register(number, partial(next, count(last.get(number, 0) + 1)))
            for number in (MANY_REGISTER, FEW_REGISTER)
        )
        yield Shop(client, heard, many, few)
