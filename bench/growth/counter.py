"""The works of the counter that are compared: shifts, returns, layaways, and sales that tills send later."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from uuid import uuid4

import httpx

from bench.growth.past import Past
from bench.load import Connection, Work
from bench.suite import PRODUCTS
from bench.works import Shop, user_of

PAGE = 50
LAYAWAYS, FLAGGED = 4, 10
"""Shorter pages, which the small shop fills too."""
RETURNABLE = 20
FOLIO_STEP, FOLIOS = 2_654_435_761, 1 << 32
KEPT, EVERY = 18, 100
"""Of every hundred orders this one was paid at a till, and nothing of it came back (`bench.growth.past`)."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter of a shop with a past. A cashier has the register before their id, and its open shift.

    `returnable` are orders of years with a product of each; `numbers` are the next ticket numbers of the
    registers. Clients that share a cashier would close one another's shift: there are at most 8.
    """

    shop: Shop
    past: Past
    returnable: Sequence[tuple[int, int]]
    numbers: Mapping[int, Iterator[int]]

    def works(self) -> Mapping[str, Work]:
        """Name → work."""
        till, owner = self.shop.connection, lambda _: Connection(self.shop.port, self.shop.owner)
        return {
            "shift list": _page("/api/shifts/", owner),
            "shift list of employee": _page("/api/shifts/", till),
            "shift report": Work(till, self.read_report),
            "shift close": Work(till, self.close_and_open),
            "return preview": Work(owner, self.preview_return),
            "return": Work(till, self.take_back),
            "returns": _page("/api/returns/", till),
            "layaways": _page("/api/layaways/", till, LAYAWAYS),
            "flagged orders": _page("/api/orders/?flag=PRICE_DIFFERS&reviewed=false", till, FLAGGED),
            "found by folio": Work(till, self.find_by_folio),
            "numbers of registers": _page("/api/sync/registers/", till),
            "synced sale": Work(till, self.send_sale),
            "bootstrap": Work(till, partial(_get, "/api/sync/bootstrap/")),
        }

    async def read_report(self, connection: Connection) -> None:
        """Find the cashier's open shift, and read its X report."""
        shift = await connection.call("GET", "/api/shifts/current/", expect=200)
        await connection.call("GET", f"/api/shifts/{shift['id']}/report/", expect=200)

    async def close_and_open(self, connection: Connection) -> None:
        """Close the cashier's shift with what is expected, and open the next."""
        shift = await connection.call("GET", "/api/shifts/current/", expect=200)
        counted = {"counted_cash": shift["expected_cash"]}
        await connection.call("POST", f"/api/shifts/{shift['id']}/close/", counted, expect=200)
        opened = {"register": shift["register"], "opening_cash": shift["expected_cash"]}
        await connection.call("POST", "/api/shifts/", opened, expect=201)

    async def preview_return(self, connection: Connection) -> None:
        """Ask what a piece of an order of any age would bring back."""
        order, product = self.shop.randomness.choice(self.returnable)
        await connection.call("POST", f"/api/orders/{order}/returns/preview/", _a_piece(product), expect=200)

    async def take_back(self, connection: Connection) -> None:
        """Sell, and take a piece back."""
        product = self.shop.randomness.choice(self.shop.products)
        body = {"items": [{"product_id": product, "quantity": 2}]}
        order = await connection.call("POST", "/api/orders/", body, expect=201)
        await connection.call(
            "POST", f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, expect=200
        )
        await connection.call("POST", f"/api/orders/{order['id']}/returns/", _a_piece(product), expect=201)

    async def find_by_folio(self, connection: Connection) -> None:
        """Find an order by what is printed on its ticket."""
        order = self.shop.randomness.randint(1, self.past.orders)
        await connection.call("GET", f"/api/orders/?folio={order * FOLIO_STEP % FOLIOS:08X}", expect=200)

    async def send_sale(self, connection: Connection) -> None:
        """Send one sale of the cashier's register that has just happened, for the price of the product."""
        cashier = user_of(connection)
        product = self.shop.randomness.randint(PRODUCTS + 1, self.past.products)
        total = f"{(5 + product % 95) * Decimal('1.16'):.2f}"
        sale = {
            "client_id": str(uuid4()),
            "seq": next(self.numbers[cashier - 1]),
            "sold_at": datetime.now(UTC).isoformat(),
            "sold_by": cashier,
            "items": [{"product_id": product, "quantity": 1, "unit_total": total}],
            "payments": [{"payment_method": "CASH", "amount": total}],
        }
        batch = {"register": cashier - 1, "sales": [sale]}
        await connection.call("POST", "/api/sync/sales/", batch, expect=200)


def counter_of(shop: Shop, past: Past, url: str) -> Counter:
    """The counter as it is now."""
    token = {"Authorization": f"Bearer {shop.owner}"}
    with httpx.Client(base_url=url, headers=token, timeout=60) as client:
        known = client.get("/api/sync/registers/").raise_for_status().json()
        last = {row["register"]: row["last_seq"] for row in known}
        orders = [past.orders * n // RETURNABLE // EVERY * EVERY + KEPT for n in range(RETURNABLE)]
        return Counter(
            shop,
            past,
            [(order, _product_of(client, order)) for order in orders],
            {number: count(last.get(number, 0) + 1) for number in range(1, past.registers + 1)},
        )


def _product_of(client: httpx.Client, order: int) -> int:
    answer = client.get(f"/api/orders/{order}/").raise_for_status()
    return int(answer.json()["items"][0]["product_id"])


def _a_piece(product: int) -> Mapping[str, object]:
    return {"items": [{"product_id": product, "quantity": 1}], "reason": "Roto"}


def _page(path: str, connect: Callable[[int], Connection], limit: int = PAGE) -> Work:
    joint = "&" if "?" in path else "?"
    return Work(connect, partial(_get, f"{path}{joint}limit={limit}"))


async def _get(path: str, connection: Connection) -> None:
    await connection.call("GET", path, expect=200)
