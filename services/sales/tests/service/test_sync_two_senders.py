"""Two senders of one sale, of whom one is late: what the other has done meanwhile stands (contract §8.6)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

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


@pytest.fixture
def sale(clock: FakeClock) -> Any:
    """A sale of a product that catalog does not know yet."""
    return a_sale(1, (NEW, 1, "116.00"), sold_at=clock())


@pytest.fixture
def late(stock: FakeStock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Keeps the next sender waiting at catalog: `before` it is asked, or `after` it has answered."""
    sell = stock.sell

    async def nothing() -> None: ...

    def keep_waiting(*, before: Meanwhile = nothing, after: Meanwhile = nothing) -> None:
        async def selling(*args: Any, **kwargs: Any) -> Any:
            monkeypatch.setattr(stock, "sell", sell)
            await before()
            try:
                return await sell(*args, **kwargs)
            finally:
                await after()

        monkeypatch.setattr(stock, "sell", selling)

    return keep_waiting


@pytest.fixture
def hold(till: AsyncClient, register: int, stock: FakeStock, sale: Any) -> Meanwhile:
    """Another sender's copy of the sale is held; then catalog learns of the product."""

    async def holding() -> None:
        assert (await result(till, register, sale))["result"] == "held"
        stock.products[NEW] = Product("Nuevo")

    return holding


async def held_id(admin: AsyncClient) -> int:
    """The id of the only held sale."""
    (row,) = (await admin.get("/api/sync/held/")).json()
    found: int = row["id"]
    return found


async def dismiss(admin: AsyncClient) -> None:
    """Give up the only held sale."""
    answer = await admin.post(f"/api/sync/held/{await held_id(admin)}/dismiss/", json={"reason": "Prueba"})
    assert (answer.status_code, answer.json()["status"]) == (200, "DISMISSED")


async def refuse_taken(till: AsyncClient, admin: AsyncClient, stock: FakeStock) -> None:
    """Fail unless the only sale was given up: no order, and nothing is taken for it."""
    assert len((await admin.get("/api/sync/held/?status=DISMISSED")).json()) == 1
    assert (await till.get("/api/orders/")).json() == []
    assert stock.products[NEW].stock == 1_000


async def test_a_late_refusal_does_not_hold_a_sale_that_was_mended_since(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    stock: FakeStock,
    late: Any,
    sale: Any,
) -> None:
    async def mend() -> None:
        assert (await result(till, register, sale))["result"] == "held"
        stock.down = True
        path, body = f"/api/sync/held/{await held_id(admin)}/retry/", {"sale": a_sale(1, sold_at=clock())}
        assert (await admin.post(path, json=body)).status_code == 503
        stock.down = False

    late(after=mend)
    told = await result(till, register, sale)
    assert told["result"] != "held"
    (line,) = (await order_of(till, told))["items"]
    assert line["product_id"] == COLA
    assert (await admin.get("/api/sync/held/")).json() == []


async def test_a_late_sender_does_not_book_the_text_that_was_mended_since(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    stock: FakeStock,
    late: Any,
    sale: Any,
) -> None:
    async def mend() -> None:
        assert (await result(till, register, sale))["result"] == "held"
        path, body = f"/api/sync/held/{await held_id(admin)}/retry/", {"sale": a_sale(1, sold_at=clock())}
        assert (await admin.post(path, json=body)).json()["result"] == "created"
        stock.products[NEW] = Product("Nuevo")

    late(before=mend)
    told = await result(till, register, sale)
    (line,) = (await order_of(till, told))["items"]
    assert (told["result"], line["product_id"]) == ("duplicate", COLA)
    assert (stock.products[NEW].stock, stock.products[COLA].stock) == (1_000, 999)


async def test_goods_that_another_sender_has_had_taken_are_booked_by_it(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
) -> None:
    order = {**an_order((NEW, 1)), "client_id": sale["client_id"]}

    async def hold_and_place() -> None:
        await hold()
        assert (await till.post("/api/orders/", json=order)).status_code == 503

    late(before=hold_and_place)
    told = await result(till, register, sale)
    assert (told["result"], stock.products[NEW].stock) == ("created", 999)
    assert (await admin.get("/api/sync/held/")).json() == []
    again = await till.post("/api/orders/", json=order)
    assert (again.status_code, again.json()["id"]) == (200, told["order"])
    assert stock.products[NEW].stock == 999


async def test_goods_that_are_taken_for_a_sale_that_was_dismissed_since_go_back(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
) -> None:
    async def hold_and_dismiss() -> None:
        await hold()
        await dismiss(admin)

    late(before=hold_and_dismiss)
    assert (await result(till, register, sale))["result"] == "held"
    await refuse_taken(till, admin, stock)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_goods_that_are_taken_for_a_sale_that_was_mended_to_one_undone_go_back(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
    moment: str,
) -> None:
    async def void() -> None:
        undone = {**sale, "voided_at": iso_utc(clock())}
        answer = await admin.post(f"/api/sync/held/{await held_id(admin)}/retry/", json={"sale": undone})
        assert answer.json()["result"] == "voided"

    async def hold_and_void() -> None:
        await hold()
        await void()

    late(**({"before": hold_and_void} if moment == "before" else {"before": hold, "after": void}))
    assert (await result(till, register, sale))["result"] == "duplicate"
    assert stock.products[NEW].stock == 1_000


async def test_a_late_sender_that_waits_for_a_dismissal_does_not_book_the_sale(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    deps: Deps,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
) -> None:
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as holding:

        async def let_dismiss() -> None:
            await holding.execute("select from synced_sales for update")
            tasks.create_task(dismiss(admin))
            await until_waiting(deps.database)

        late(before=hold, after=let_dismiss)
        told = tasks.create_task(result(till, register, sale))
        await until_waiting(deps.database, 2)
    assert told.result()["result"] == "held"
    await refuse_taken(till, admin, stock)


async def test_a_dismissal_gives_back_what_another_sender_has_had_taken(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
) -> None:
    async def give_up() -> None:
        assert stock.products[NEW].stock == 999
        await dismiss(admin)

    late(before=hold, after=give_up)
    assert (await result(till, register, sale))["result"] == "held"
    await refuse_taken(till, admin, stock)


async def test_a_dismissal_gives_back_what_was_taken_for_a_sender_that_has_died(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    stock: FakeStock,
    late: Any,
    hold: Meanwhile,
    sale: Any,
) -> None:
    async def die() -> None:
        raise Unavailable("sales")

    late(before=hold, after=die)
    assert (await send(till, register, sale)).status_code == 503
    assert stock.products[NEW].stock == 999
    await dismiss(admin)
    await refuse_taken(till, admin, stock)


async def test_a_sale_that_all_its_senders_have_held_may_be_placed_as_an_order(
    *, till: AsyncClient, register: int, stock: FakeStock, late: Any, sale: Any
) -> None:
    async def hold() -> None:
        assert (await result(till, register, sale))["result"] == "held"

    late(before=hold)
    assert (await result(till, register, sale))["result"] == "held"
    stock.products[NEW] = Product("Nuevo")
    order = {**an_order((NEW, 1)), "client_id": sale["client_id"]}
    assert (await till.post("/api/orders/", json=order)).status_code == 201
    assert stock.products[NEW].stock == 999
