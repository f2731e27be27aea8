"""Sales that were kept and not decided: the worker's job books them. The gauges of what waits."""

from typing import Any

import pytest
from httpx import AsyncClient
from prometheus_client import REGISTRY

from libs.testing.clock import FakeClock
from services.sales.api.pos.sync_shapes import TILL
from services.sales.deps import Deps
from services.sales.tests.fakes import FakeStock
from services.sales.tests.synced import a_sale, result
from services.sales.usecases.sync.finishing import book_waiting_sales
from services.sales.usecases.sync.measuring import measure_synced_sales


async def send(till: AsyncClient, register: int, *sales: object, **more: object) -> int:
    """The status of the answer to these sales."""
    body = {"register": register, "sales": sales, **more}
    return (await till.post("/api/sync/sales/", json=body)).status_code


async def book_waiting(deps: Deps) -> None:
    await book_waiting_sales(language=TILL, desk=deps.sync)


async def gauges(deps: Deps) -> dict[str, float | None]:
    """What is measured now, by the end of its name."""
    await measure_synced_sales(database=deps.database, clock=deps.clock)
    names = (
        "held_sales",
        "oldest_waiting_sale_seconds",
        "unsent_sales",
        "missing_ticket_numbers",
        "unreviewed_orders",
    )
    return {name: REGISTRY.get_sample_value(f"sales_{name}") for name in names}


async def test_a_sale_that_nobody_sends_again_is_booked_by_the_worker(
    till: AsyncClient, register: int, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    sale = a_sale(1, (15, 1, "116.00"), sold_at=clock())
    stock.down = True
    assert await send(till, register, sale) == 503
    clock.advance(seconds=61)
    await book_waiting(deps)
    assert (await gauges(deps))["oldest_waiting_sale_seconds"] == 61
    stock.down = False
    await book_waiting(deps)
    assert (await gauges(deps))["oldest_waiting_sale_seconds"] == 0
    assert stock.products[15].stock == 999
    assert (await result(till, register, sale))["result"] == "duplicate"


async def test_a_sale_that_fails_unexpectedly_holds_up_no_other(
    *,
    till: AsyncClient,
    register: int,
    deps: Deps,
    stock: FakeStock,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sales = [a_sale(seq, sold_at=clock(), sold_by=seq) for seq in (1, 2)]
    stock.down = True
    assert await send(till, register, *sales) == 503
    stock.down, sell = False, stock.sell
    clock.advance(seconds=61)

    async def fails_for_the_first(*args: Any, user_id: int, **others: Any) -> Any:
        if user_id == 1:
            raise RuntimeError
        return await sell(*args, user_id=user_id, **others)

    monkeypatch.setattr(stock, "sell", fails_for_the_first)
    with pytest.raises(ExceptionGroup):
        await book_waiting(deps)
    assert stock.products[15].stock == 999


async def test_a_sale_is_left_to_its_till_for_a_minute(
    till: AsyncClient, register: int, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    stock.down = True
    assert await send(till, register, a_sale(1, (15, 1, "116.00"), sold_at=clock())) == 503
    stock.down = False
    clock.advance(seconds=59)
    await book_waiting(deps)
    assert stock.products[15].stock == 1000


async def test_what_waits_for_tills_and_people_is_measured(
    till: AsyncClient, admin: AsyncClient, register: int, deps: Deps, clock: FakeClock
) -> None:
    assert set((await gauges(deps)).values()) == {0}
    unknown = a_sale(2, (99, 1, "116.00"), sold_at=clock())
    dear = a_sale(6, (15, 1, "99.00"), sold_at=clock())
    assert await send(till, register, unknown, dear, unsent=3) == 200
    assert await gauges(deps) == {
        "held_sales": 1,
        "oldest_waiting_sale_seconds": 0,
        "unsent_sales": 3,
        "missing_ticket_numbers": 4,
        "unreviewed_orders": 1,
    }
    (held,) = (await admin.get("/api/sync/held/")).json()
    await admin.post(f"/api/sync/held/{held['id']}/dismiss/", json={"reason": "Prueba"})
    order = (await result(till, register, dear))["order"]
    await admin.post(f"/api/orders/{order}/review/", json={"note": "Precio de ayer"})
    measured = await gauges(deps)
    assert (measured["held_sales"], measured["unreviewed_orders"]) == (0, 0)
