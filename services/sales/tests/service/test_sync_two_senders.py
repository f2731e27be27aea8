"""Two senders of one sale, of whom one is late: what the other has done meanwhile stands (contract §8.6)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from libs.common.clock import iso_utc
from libs.common.errors import Unavailable
from libs.testing.clock import FakeClock
from libs.testing.locks import until_waiting
from services.sales.deps import Deps
from services.sales.tests.builders import an_order
from services.sales.tests.fakes import FakeStock, Product
from services.sales.tests.synced import a_sale, order_of, result, send

Meanwhile = Callable[[], Awaitable[None]]
NEW, COLA = 99, 15


async def nothing() -> None: ...


@dataclass(frozen=True)
class Sale:
    """A sale at a till, of a product that catalog does not know yet, and an admin for held sales."""

    till: AsyncClient
    admin: AsyncClient
    register: int
    stock: FakeStock
    monkeypatch: pytest.MonkeyPatch
    text: Any

    def late(self, *, before: Meanwhile = nothing, after: Meanwhile = nothing) -> None:
        """Keep the next sender waiting at catalog: `before` it is asked, or `after` it has answered."""
        sell = self.stock.sell

        async def selling(*args: Any, **kwargs: Any) -> Any:
            self.monkeypatch.setattr(self.stock, "sell", sell)
            await before()
            try:
                return await sell(*args, **kwargs)
            finally:
                await after()

        self.monkeypatch.setattr(self.stock, "sell", selling)

    async def sent(self) -> Any:
        """What a sender is told."""
        return await result(self.till, self.register, self.text)

    async def hold(self) -> None:
        """Another sender's copy of the sale is held."""
        assert (await self.sent())["result"] == "held"

    async def hold_and_know(self) -> None:
        """As `hold`; then catalog learns of the product."""
        await self.hold()
        self.stock.products[NEW] = Product("Nuevo")

    async def retry(self, text: Any) -> httpx.Response:
        """The answer to who mends the only held sale to this text."""
        return await self.admin.post(f"/api/sync/held/{await self._held_id()}/retry/", json={"sale": text})

    async def dismiss(self) -> None:
        """Give up the only held sale."""
        path = f"/api/sync/held/{await self._held_id()}/dismiss/"
        answer = await self.admin.post(path, json={"reason": "Prueba"})
        assert (answer.status_code, answer.json()["status"]) == (200, "DISMISSED")

    async def place(self) -> httpx.Response:
        """The answer to the till that places the sale as an order."""
        order = {**an_order((NEW, 1)), "client_id": self.text["client_id"]}
        return await self.till.post("/api/orders/", json=order)

    async def refuse_taken(self) -> None:
        """Fail unless the only sale was given up: no order, and nothing is taken for it."""
        assert len((await self.admin.get("/api/sync/held/?status=DISMISSED")).json()) == 1
        assert (await self.till.get("/api/orders/")).json() == []
        assert self.left == 1_000

    async def refuse_held(self) -> None:
        """Fail if a sale is held."""
        assert (await self.admin.get("/api/sync/held/")).json() == []

    @property
    def left(self) -> int:
        """The pieces of the product in stock."""
        return self.stock.products[NEW].stock

    async def _held_id(self) -> int:
        (row,) = (await self.admin.get("/api/sync/held/")).json()
        found: int = row["id"]
        return found


@pytest.fixture
def sale(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    stock: FakeStock,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Sale:
    """The sale that is sent twice."""
    text = a_sale(1, (NEW, 1, "116.00"), sold_at=clock())
    return Sale(till, admin, register, stock, monkeypatch, text)


async def test_a_late_refusal_does_not_hold_a_sale_that_was_mended_since(
    sale: Sale, clock: FakeClock
) -> None:
    async def mend() -> None:
        await sale.hold()
        sale.stock.down = True
        assert (await sale.retry(a_sale(1, sold_at=clock()))).status_code == 503
        sale.stock.down = False

    sale.late(after=mend)
    told = await sale.sent()
    assert told["result"] != "held"
    (line,) = (await order_of(sale.till, told))["items"]
    assert line["product_id"] == COLA
    await sale.refuse_held()


async def test_a_late_sender_does_not_book_the_text_that_was_mended_since(
    sale: Sale, clock: FakeClock
) -> None:
    async def mend() -> None:
        await sale.hold()
        assert (await sale.retry(a_sale(1, sold_at=clock()))).json()["result"] == "created"
        sale.stock.products[NEW] = Product("Nuevo")

    sale.late(before=mend)
    told = await sale.sent()
    (line,) = (await order_of(sale.till, told))["items"]
    assert (told["result"], line["product_id"]) == ("duplicate", COLA)
    assert (sale.left, sale.stock.products[COLA].stock) == (1_000, 999)


async def test_goods_that_another_sender_has_had_taken_are_booked_by_it(sale: Sale) -> None:
    async def hold_and_place() -> None:
        await sale.hold_and_know()
        assert (await sale.place()).status_code == 503

    sale.late(before=hold_and_place)
    told = await sale.sent()
    assert (told["result"], sale.left) == ("created", 999)
    await sale.refuse_held()
    again = await sale.place()
    assert (again.status_code, again.json()["id"]) == (200, told["order"])
    assert sale.left == 999


async def test_goods_that_are_taken_for_a_sale_that_was_dismissed_since_go_back(sale: Sale) -> None:
    async def hold_and_dismiss() -> None:
        await sale.hold_and_know()
        await sale.dismiss()

    sale.late(before=hold_and_dismiss)
    await sale.hold()
    await sale.refuse_taken()


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_goods_that_are_taken_for_a_sale_that_was_mended_to_one_undone_go_back(
    sale: Sale, clock: FakeClock, moment: str
) -> None:
    async def void() -> None:
        answer = await sale.retry({**sale.text, "voided_at": iso_utc(clock())})
        assert answer.json()["result"] == "voided"

    async def hold_and_void() -> None:
        await sale.hold_and_know()
        await void()

    sale.late(
        **({"before": hold_and_void} if moment == "before" else {"before": sale.hold_and_know, "after": void})
    )
    assert (await sale.sent())["result"] == "duplicate"
    assert sale.left == 1_000


async def test_a_late_sender_that_waits_for_a_dismissal_does_not_book_the_sale(
    sale: Sale, deps: Deps
) -> None:
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as holding:

        async def let_dismiss() -> None:
            await holding.execute("select from synced_sales for update")
            tasks.create_task(sale.dismiss())
            await until_waiting(deps.database)

        sale.late(before=sale.hold_and_know, after=let_dismiss)
        told = tasks.create_task(sale.sent())
        await until_waiting(deps.database, 2)
    assert told.result()["result"] == "held"
    await sale.refuse_taken()


async def test_a_dismissal_gives_back_what_another_sender_has_had_taken(sale: Sale) -> None:
    async def give_up() -> None:
        assert sale.left == 999
        await sale.dismiss()

    sale.late(before=sale.hold_and_know, after=give_up)
    await sale.hold()
    await sale.refuse_taken()


async def test_a_dismissal_gives_back_what_was_taken_for_a_sender_that_has_died(sale: Sale) -> None:
    async def die() -> None:
        raise Unavailable("sales")

    sale.late(before=sale.hold_and_know, after=die)
    assert (await send(sale.till, sale.register, sale.text)).status_code == 503
    assert sale.left == 999
    await sale.dismiss()
    await sale.refuse_taken()


async def test_a_sale_that_all_its_senders_have_held_may_be_placed_as_an_order(sale: Sale) -> None:
    sale.late(before=sale.hold)
    await sale.hold()
    sale.stock.products[NEW] = Product("Nuevo")
    assert (await sale.place()).status_code == 201
    assert sale.left == 999
