"""`python -m services.sales.reallocate`: catalog takes what was sold since its restored moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from services.sales import reallocate as command
from services.sales.deps import Deps
from services.sales.domain.stock import Shortage, StockShort
from services.sales.settings import SalesSettings
from services.sales.tests.builders import cancel, paid, placed
from services.sales.tests.fakes import FakeStock, Product
from services.sales.tests.synced import a_sale, result
from services.sales.tests.web_orders import a_web_order
from services.sales.usecases.orders import reallocating
from services.sales.usecases.orders.reallocating import Reallocated, reallocate

STOCK = 1_000
Operate = Callable[[], Awaitable[int]]


def restore(stock: FakeStock) -> None:
    """Give catalog back what it was before anything was sold."""
    stock.held.clear()
    stock.sold.clear()
    stock.cancelled.clear()
    stock.products = {15: Product("Coca Cola"), 16: Product("Sal"), 20: Product("Pan")}


def left(stock: FakeStock) -> list[int]:
    """The stock of each product, by id."""
    return [product.stock for _, product in sorted(stock.products.items())]


async def run(deps: Deps, stock: FakeStock, since: datetime) -> list[Reallocated]:
    """Every order since that moment, with what became of it."""
    return [each async for each in reallocate(since, database=deps.database, stock=stock)]


async def test_what_was_sold_since_is_taken_once(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    since = clock()
    clock.advance(minutes=1)
    order = await paid(till, "CASH", (15, 2), (20, 1))
    restore(stock)
    for _ in range(2):
        assert await run(deps, stock, since) == [Reallocated(order["id"], None)]
        assert left(stock) == [STOCK - 2, STOCK, STOCK - 1]
    assert stock.held == {}


async def test_an_open_order_is_allocated_so_that_it_can_be_cancelled(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    order = await placed(till, (15, 3))
    restore(stock)
    await run(deps, stock, clock())
    assert left(stock) == [STOCK - 3, STOCK, STOCK]
    assert stock.asked[-1][1:] == (7, "POS")
    assert (await cancel(till, order["id"])).status_code == 200
    assert left(stock) == [STOCK, STOCK, STOCK]


async def test_nothing_is_taken_for_cancelled_orders_and_those_before_the_moment(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    await paid(till)
    clock.advance(minutes=1)
    order = await placed(till)
    await cancel(till, order["id"])
    restore(stock)
    assert await run(deps, stock, clock()) == []
    assert left(stock) == [STOCK, STOCK, STOCK]


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("status", "was_shipped", "becomes"),
    [
        ("pending", False, "held"),
        ("confirmed", False, "held"),
        ("processing", False, "held"),
        ("shipped", True, "sold"),
        ("delivered", True, "sold"),
        ("cancelled", False, None),
        ("cancelled", True, "sold"),
    ],
)
async def test_an_order_of_the_web_shop_is_taken_by_its_state(
    *, deps: Deps, stock: FakeStock, clock: FakeClock, status: str, was_shipped: bool, becomes: str | None
) -> None:
    order_id = await a_web_order(deps.database, clock(), status=status)
    at = {
        "shipped": clock() if was_shipped else None,
        "cancelled": clock() if status == "cancelled" else None,
    }
    await deps.database.execute(
        "update orders set shipped_at = %(shipped)s, cancelled_at = %(cancelled)s", at
    )
    restore(stock)
    await run(deps, stock, clock())
    uuid = await deps.database.fetch_value("select uuid from orders where id = %s", [order_id])
    assert {"held": uuid in stock.held, "sold": uuid in stock.sold} == {
        kind: kind == becomes for kind in ("held", "sold")
    }


async def test_a_late_sale_counts_when_it_arrived(
    till: AsyncClient, register: int, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    sale = a_sale(1, (15, 2, "116.00"), sold_at=clock() - timedelta(days=3))
    order = (await result(till, register, sale))["order"]
    restore(stock)
    assert await run(deps, stock, clock()) == [Reallocated(order, None)]
    assert left(stock) == [STOCK - 2, STOCK, STOCK]


async def test_goods_that_are_not_there_are_missing_of_a_sale(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    await paid(till, "CASH", (15, 5))
    restore(stock)
    stock.products[15].stock = 2
    await run(deps, stock, clock())
    assert list(stock.sold.values()) == [{15: (2, 3)}]


async def test_an_order_that_is_refused_holds_up_no_other(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reallocating, "BATCH_MAX", 1)
    orders = [await placed(till, (15, 5)), await paid(till, "CASH", (20, 1)), await paid(till)]
    restore(stock)
    stock.products[15].stock = 2
    del stock.products[20]
    done = await run(deps, stock, clock())
    assert [each.order_id for each in done] == [order["id"] for order in orders]
    short, unknown, taken = (each.refusal for each in done)
    assert short
    assert command.in_words(short) == "of Coca Cola (product 15) 5 are ordered and 2 in stock"
    assert unknown
    assert command.in_words(unknown) == "catalog does not know the products 20"
    assert taken is None


def test_what_a_name_says_to_the_terminal_is_written_out() -> None:
    refusal = StockShort((Shortage(15, "\x1b[8mCola", available=2, requested=5),))
    assert command.in_words(refusal) == r"of \x1b[8mCola (product 15) 5 are ordered and 2 in stock"


async def test_an_order_that_is_cancelled_since_it_was_read_holds_up_no_other(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    first, cancelled, last = [await placed(till, (15, 1)) for _ in range(3)]
    restore(stock)
    done = []
    async for each in reallocate(clock(), database=deps.database, stock=stock):
        done.append(each)
        if each.order_id == first["id"]:
            assert (await cancel(till, cancelled["id"])).status_code == 200
    assert done == [Reallocated(first["id"], None), Reallocated(last["id"], None)]
    assert left(stock) == [STOCK - 2, STOCK, STOCK]


@pytest.fixture
def operate(
    settings: SalesSettings, stock: FakeStock, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Operate:
    """Runs the command with sales' settings, for the orders since now; its exit status."""
    for name, value in settings.model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), str(value))
    monkeypatch.setattr(command, "CatalogStock", lambda _client: stock)
    since = clock().isoformat()
    return lambda: asyncio.to_thread(command.main, ("--since", since), clock)


async def test_the_command_counts_the_orders_and_names_those_that_were_refused(
    till: AsyncClient, stock: FakeStock, operate: Operate, capsys: pytest.CaptureFixture[str]
) -> None:
    await paid(till)
    restore(stock)
    assert await operate() == 0
    assert capsys.readouterr().out.endswith("catalog has taken the stock of 1 of 1 orders\n")
    order = await placed(till, (20, STOCK))
    restore(stock)
    stock.products[20].stock = 0
    assert await operate() == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"order {order['id']}: of Pan (product 20) 1000 are ordered and 0 in stock",
        "catalog has taken the stock of 1 of 2 orders",
    ]


async def test_a_reader_that_has_enough_ends_no_work_half_way(
    till: AsyncClient, stock: FakeStock, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(_line: str) -> None:
        raise BrokenPipeError

    await placed(till, (20, STOCK))
    await paid(till)
    restore(stock)
    stock.products[20].stock = 0
    monkeypatch.setattr(command, "say", say)
    monkeypatch.setattr("libs.common.commands.discard_output", lambda: None)
    with pytest.raises(SystemExit):
        await operate()
    assert len(stock.sold) == 1


async def test_the_command_names_those_that_were_refused_before_it_was_lost(
    till: AsyncClient, stock: FakeStock, operate: Operate, capsys: pytest.CaptureFixture[str]
) -> None:
    refused, _ = [await placed(till, (product_id, 1)) for product_id in (20, 15)]
    _, lost = stock.held
    restore(stock)
    stock.products[20].stock = 0
    stock.cancelled.append(lost)  # catalog answers no more, while the order stands
    assert await operate() == 2
    out, err = capsys.readouterr()
    assert out.endswith(f"\norder {refused['id']}: of Pan (product 20) 1 are ordered and 0 in stock\n")
    assert err == "catalog does not answer; run it again\n"


async def test_the_command_says_who_does_not_answer(
    till: AsyncClient, stock: FakeStock, operate: Operate, capsys: pytest.CaptureFixture[str]
) -> None:
    await paid(till)
    stock.down = True
    assert await operate() == 2
    assert capsys.readouterr().err == "catalog does not answer; run it again\n"
