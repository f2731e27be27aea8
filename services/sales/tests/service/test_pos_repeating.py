"""A repeat of `POST /api/orders/` after an attempt that did not end: it starts with nothing held."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from libs.common.contracts.sales import Channel
from libs.common.db.operations import Operation
from libs.common.errors import Unavailable
from libs.testing.idempotency import lose_answers
from services.sales.deps import Deps
from services.sales.domain.stock import Allocation, Item, StockShort
from services.sales.tests.builders import an_order, count_orders
from services.sales.tests.fakes import FakeStock
from services.sales.usecases.orders.attempts import EARLIER_MAX, order_uuid_of
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.placing import PlaceOrder, place_order

KEY = {"Idempotency-Key": "sale-1"}
LAST_PIECE = (Item(15, 1),)


@pytest.fixture
async def counter(desk: OrderDesk, stock: FakeStock) -> AsyncIterator[OrderDesk]:
    """The desk, with one piece left in catalog."""
    stock.products[15].stock = 1
    await desk.database.open()
    yield desk
    await desk.database.close()


def a_sale(operation: UUID, attempt: int = 1) -> PlaceOrder:
    return PlaceOrder(Operation(operation, attempt), "POS", 7, "ana", None, LAST_PIECE)


async def hold(stock: FakeStock, sale: PlaceOrder) -> None:
    """What an attempt leaves that died after catalog's answer."""
    await stock.allocate(order_uuid_of(sale.operation), sale.items, user_id=7, channel="POS")


class WaitingStock(FakeStock):
    """Stock whose answer arrives when the test says so."""

    def __init__(self, stock: FakeStock) -> None:
        super().__init__()
        self.products, self.held = stock.products, stock.held
        self.taken, self.may_answer = asyncio.Event(), asyncio.Event()

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        allocation = await super().allocate(order_uuid, items, user_id=user_id, channel=channel)
        self.taken.set()
        await self.may_answer.wait()
        return allocation


async def test_a_repeat_is_not_refused_because_of_what_its_dead_attempt_holds(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[15].stock = 0
    refused = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert refused.status_code == 400
    await lose_answers(deps.database)
    stock.products[15].stock = 1
    operation = await deps.database.fetch_value("select operation_id from idempotency_keys")
    await hold(stock, a_sale(operation))

    answer = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert (answer.status_code, "idempotent-replayed" in answer.headers) == (201, False)
    assert stock.released == [order_uuid_of(Operation(operation))]
    assert stock.products[15].stock == 0


async def test_a_later_attempt_frees_what_each_earlier_one_holds(
    counter: OrderDesk, stock: FakeStock
) -> None:
    stock.products[15].stock = 3
    operation = uuid4()
    for attempt in (1, 2, 3):
        await hold(stock, a_sale(operation, attempt))
    placed = await place_order(a_sale(operation, 4), desk=counter)
    assert list(stock.held) == [placed.order.uuid]
    assert stock.products[15].stock == 2


async def test_what_was_freed_is_not_freed_again(counter: OrderDesk, stock: FakeStock) -> None:
    operation = uuid4()
    stock.down = True
    for attempt in range(1, 5):
        with pytest.raises(Unavailable):
            await place_order(a_sale(operation, attempt), desk=counter)
    uuids = [order_uuid_of(Operation(operation, attempt)) for attempt in range(1, 5)]
    by_themselves, by_the_next = uuids, uuids[:3]
    assert Counter(stock.released) == Counter(by_themselves) + Counter(by_the_next)


async def test_attempts_whose_leases_have_ended_are_not_asked_for(
    counter: OrderDesk, stock: FakeStock
) -> None:
    await place_order(a_sale(uuid4(), EARLIER_MAX + 10), desk=counter)
    assert len(stock.released) == EARLIER_MAX


async def test_while_catalog_frees_nothing_a_repeat_is_unavailable_and_not_refused(
    counter: OrderDesk, stock: FakeStock
) -> None:
    operation = uuid4()
    await hold(stock, a_sale(operation))
    stock.down_for_releases = {order_uuid_of(Operation(operation))}
    with pytest.raises(Unavailable):
        await place_order(a_sale(operation, 2), desk=counter)
    stock.down_for_releases = set()
    await place_order(a_sale(operation, 3), desk=counter)


async def test_an_attempt_that_still_works_places_no_order_after_its_successor_has_begun(
    counter: OrderDesk, stock: FakeStock
) -> None:
    operation = uuid4()
    slow = WaitingStock(stock)
    stalled = asyncio.ensure_future(place_order(a_sale(operation), desk=replace(counter, stock=slow)))
    await slow.taken.wait()
    await place_order(a_sale(operation, 2), desk=counter)
    slow.may_answer.set()
    answer = await stalled
    assert answer.order.uuid == order_uuid_of(Operation(operation, 2))
    assert await count_orders(counter.database) == 1
    assert list(stock.held) == [answer.order.uuid]


async def test_an_order_of_an_earlier_attempt_is_found_while_catalog_is_away(
    counter: OrderDesk, stock: FakeStock
) -> None:
    operation = uuid4()
    first = await place_order(a_sale(operation), desk=counter)
    stock.down = True
    stock.down_for_releases = {first.order.uuid}
    again = await place_order(a_sale(operation, 2), desk=counter)
    assert again.order == first.order


async def test_stock_that_others_hold_is_still_a_refusal(counter: OrderDesk, stock: FakeStock) -> None:
    await hold(stock, a_sale(uuid4()))
    with pytest.raises(StockShort):
        await place_order(a_sale(uuid4(), 2), desk=counter)


async def test_every_attempt_has_an_order_uuid_of_its_own() -> None:
    operation = uuid4()
    uuids = {order_uuid_of(Operation(operation, attempt)) for attempt in range(1, 100)}
    assert len(uuids) == 99
    assert order_uuid_of(Operation(uuid4())) not in uuids
