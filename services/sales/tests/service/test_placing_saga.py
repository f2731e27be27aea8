"""The saga of placing: all or nothing after a failure between catalog's allocation and sales' commit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from httpx import AsyncClient

from libs.common.clock import system_clock
from libs.common.contracts.sales import Channel
from libs.common.db.database import OutcomeUnknown
from libs.common.db.operations import Operation
from libs.common.errors import Unavailable
from libs.testing.clock import Stopwatch
from libs.testing.idempotency import lose_answers
from libs.testing.pos import UNAVAILABLE
from libs.testing.waiting import eventually
from services.sales.deps import Deps
from services.sales.domain.orders import OrderFenced
from services.sales.domain.stock import Allocation, Item
from services.sales.tests.builders import an_order, count_orders
from services.sales.tests.fakes import FakeBuyers, FakeStock, Folios, Product
from services.sales.usecases.orders import releases
from services.sales.usecases.orders.attempts import order_uuid_of, settle_earlier_attempts
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.fencing import fence_order
from services.sales.usecases.orders.placing import (
    BEGIN_WITHIN,
    COMMIT_MARGIN_SECONDS,
    PlaceOrder,
    place_order,
)
from services.sales.usecases.orders.releases import TRY_FOR_SECONDS, Releases

KEY = {"Idempotency-Key": "sale-1"}


def a_sale(operation: Operation | None = None) -> PlaceOrder:
    return PlaceOrder(operation or Operation(uuid4()), "POS", 7, "ana", None, (Item(15, 1),))


def repeated(sale: PlaceOrder) -> PlaceOrder:
    return replace(sale, operation=Operation(sale.operation.id, sale.operation.attempt + 1))


# The connection ends during the commit, so that its outcome is unknown.
DIE_AT_COMMIT = """
create function pg_temp.die() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
create constraint trigger dies after insert on orders deferrable initially deferred
    for each row execute function pg_temp.die()
"""


class SlowStock(FakeStock):
    """Stock whose answer takes so long that too little of the lease is left."""

    def __init__(self, stock: FakeStock, monotonic: Stopwatch) -> None:
        super().__init__()
        self.products = stock.products
        self._monotonic = monotonic

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        self._monotonic.seconds += self.lease_seconds - COMMIT_MARGIN_SECONDS + 1
        return await super().allocate(order_uuid, items, user_id=user_id, channel=channel)


class FencingStock(FakeStock):
    """Stock of a catalog that fences the order while it is being placed."""

    def __init__(self, stock: FakeStock, desk: OrderDesk) -> None:
        super().__init__()
        self.products = stock.products
        self._desk = desk

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        with pytest.raises(OrderFenced):
            await fence_order(order_uuid, database=self._desk.database)
        return await super().allocate(order_uuid, items, user_id=user_id, channel=channel)


async def test_while_catalog_is_down_the_till_gets_503(till: AsyncClient, stock: FakeStock) -> None:
    stock.down = True
    answer = await till.post("/api/orders/", json=an_order())
    assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
    assert "Retry-After" in answer.headers


async def test_stock_that_catalog_may_have_taken_without_answering_is_released(
    till: AsyncClient, stock: FakeStock
) -> None:
    stock.down = True
    await till.post("/api/orders/", json=an_order())
    await eventually(lambda: len(stock.released) == 1)


async def test_the_stock_is_back_when_an_unknown_customer_is_refused(
    till: AsyncClient, stock: FakeStock
) -> None:
    await till.post("/api/orders/", json=an_order((15, 3), customer=99))
    assert len(stock.released) == 1
    assert stock.products[15].stock == 1_000


async def test_the_stock_is_back_when_a_total_is_too_large(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15] = Product(price=Decimal("9999999999.99"))
    answer = await till.post("/api/orders/", json=an_order())
    assert answer.json() == {"non_field_errors": ["El total de la orden es demasiado grande."]}
    assert stock.products[15].stock == 1_000


async def test_a_refusal_does_not_wait_for_a_catalog_that_hangs(
    till: AsyncClient, stock: FakeStock, desk: OrderDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "AT_ONCE_SECONDS", 0.05)
    stock.hangs = True
    answer = await till.post("/api/orders/", json=an_order(customer=99))
    assert answer.status_code == 400
    assert stock.released == []


async def test_while_customers_is_down_the_till_gets_503_and_the_stock_is_released(
    till: AsyncClient, stock: FakeStock, buyers: FakeBuyers
) -> None:
    buyers.down = True
    answer = await till.post("/api/orders/", json=an_order(customer=1))
    assert answer.status_code == 503
    await eventually(lambda: stock.released)
    assert stock.products[15].stock == 1_000


async def test_an_anonymous_order_does_not_need_customers(till: AsyncClient, buyers: FakeBuyers) -> None:
    buyers.down = True
    assert (await till.post("/api/orders/", json=an_order())).status_code == 201


async def test_when_stock_is_refused_there_is_nothing_to_release(
    till: AsyncClient, desk: OrderDesk, stock: FakeStock
) -> None:
    stock.products[15].stock = 0
    await till.post("/api/orders/", json=an_order())
    assert desk.releases.waiting == 0
    assert stock.released == []


async def test_an_order_that_cannot_be_written_releases_the_stock(
    till: AsyncClient, deps: Deps, stock: FakeStock, folios: Folios
) -> None:
    folios.next = ["longer than a folio"]
    answer = await till.post("/api/orders/", json=an_order())
    assert answer.status_code == 500
    await eventually(lambda: stock.released)
    assert stock.products[15].stock == 1_000
    assert await count_orders(deps.database) == 0


async def test_a_lease_that_may_end_before_the_commit_is_refused_and_released(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.lease_seconds = COMMIT_MARGIN_SECONDS - 1
    answer = await till.post("/api/orders/", json=an_order())
    assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
    await eventually(lambda: stock.released)
    assert await count_orders(deps.database) == 0


async def test_the_lease_is_counted_from_before_it_was_asked_for(
    desk: OrderDesk, stock: FakeStock, monotonic: Stopwatch
) -> None:
    await desk.database.open()
    with pytest.raises(Unavailable):
        await place_order(a_sale(), desk=replace(desk, stock=SlowStock(stock, monotonic)))
    await desk.database.close()


async def test_when_the_outcome_of_the_commit_is_unknown_the_stock_is_left_to_the_lease(
    desk: OrderDesk, stock: FakeStock, database_url: str
) -> None:
    await desk.database.open()
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
        await other.execute(DIE_AT_COMMIT)
        with pytest.raises(OutcomeUnknown):
            await place_order(a_sale(), desk=desk)
    assert desk.releases.waiting == 0
    assert len(stock.held) == 1
    await desk.database.close()


async def test_a_statement_that_reaches_the_database_too_late_is_not_committed(
    desk: OrderDesk, stock: FakeStock
) -> None:
    await desk.database.open()
    late = replace(desk, server_clock=lambda: system_clock() - BEGIN_WITHIN)
    with pytest.raises(Unavailable):
        await place_order(a_sale(), desk=late)
    assert len(stock.released) == 1
    assert await count_orders(desk.database) == 0
    await desk.database.close()


async def test_the_clock_of_the_database_may_be_minutes_ahead(desk: OrderDesk, stock: FakeStock) -> None:
    await desk.database.open()
    behind = replace(desk, server_clock=lambda: system_clock() - timedelta(minutes=10))
    placed = await place_order(a_sale(), desk=behind)
    assert placed.order.uuid in stock.held
    assert await count_orders(desk.database) == 1
    await desk.database.close()


async def test_a_repeat_after_a_crash_before_the_answer_finds_the_order_that_stands(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    first = await till.post("/api/orders/", json=an_order(), headers=KEY)
    await lose_answers(deps.database)
    again = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert "Idempotent-Replayed" not in again.headers
    assert len(stock.asked) == 1
    assert stock.products[15].stock == 999


async def test_a_repeat_finds_its_order_even_if_that_took_the_last_piece(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[15].stock = 1
    first = await till.post("/api/orders/", json=an_order(), headers=KEY)
    await lose_answers(deps.database)
    again = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_repeat_after_503_is_a_new_attempt_with_stock_of_its_own(
    till: AsyncClient, deps: Deps, stock: FakeStock, buyers: FakeBuyers
) -> None:
    buyers.down = True
    await till.post("/api/orders/", json=an_order(customer=1), headers=KEY)
    buyers.down = False
    answer = await till.post("/api/orders/", json=an_order(customer=1), headers=KEY)
    assert answer.status_code == 201
    await eventually(lambda: stock.released)
    assert await deps.database.fetch_value("select uuid from orders") in stock.held


async def test_stock_of_each_earlier_attempt_is_released_once_also_if_catalog_fails_between_two(
    desk: OrderDesk, stock: FakeStock
) -> None:
    await desk.database.open()
    third = Operation(uuid4(), attempt=3)
    first, second = sorted(order_uuid_of(Operation(third.id, attempt)) for attempt in (1, 2))
    stock.down_for_releases = {second}
    with pytest.raises(Unavailable):
        await settle_earlier_attempts(third, "POS", stock=stock, database=desk.database)
    stock.down_for_releases = set()
    await settle_earlier_attempts(third, "POS", stock=stock, database=desk.database)
    assert stock.released == [first, second]
    await desk.database.close()


async def test_a_release_that_fails_does_not_stop_the_next_one(
    till: AsyncClient, stock: FakeStock, desk: OrderDesk
) -> None:
    failing, next_one = uuid4(), uuid4()
    stock.down_for_releases = {failing}
    desk.releases.later(failing)
    desk.releases.later(next_one)
    await eventually(lambda: stock.released == [next_one])


async def test_a_release_is_tried_again_until_catalog_is_back(
    till: AsyncClient, stock: FakeStock, desk: OrderDesk
) -> None:
    order_uuid = uuid4()
    stock.down_for_releases = {order_uuid}
    desk.releases.later(order_uuid)
    await eventually(lambda: stock.releases_refused >= 2)
    stock.down_for_releases = set()
    await eventually(lambda: stock.released == [order_uuid])


async def test_a_release_is_left_to_catalog_when_the_lease_has_ended(
    till: AsyncClient, stock: FakeStock, desk: OrderDesk, monotonic: Stopwatch
) -> None:
    order_uuid = uuid4()
    stock.down_for_releases = {order_uuid}
    desk.releases.later(order_uuid)
    await eventually(lambda: desk.releases.waiting == 1 and stock.releases_refused)
    monotonic.seconds += TRY_FOR_SECONDS
    await eventually(lambda: desk.releases.waiting == 0)
    assert stock.released == []


async def test_an_order_that_was_fenced_meanwhile_is_not_committed_and_a_repeat_starts_anew(
    desk: OrderDesk, stock: FakeStock
) -> None:
    await desk.database.open()
    sale = a_sale()
    with pytest.raises(Unavailable):
        await place_order(sale, desk=replace(desk, stock=FencingStock(stock, desk)))
    assert len(stock.released) == 1
    assert await count_orders(desk.database) == 0
    await place_order(repeated(sale), desk=desk)
    assert await count_orders(desk.database) == 1
    await desk.database.close()


async def test_more_releases_than_can_wait_are_left_to_the_lease(stock: FakeStock) -> None:
    releases = Releases(stock, waiting_max=2)
    for _ in range(3):
        releases.later(uuid4())
    assert releases.waiting == 2
