"""POST /api/orders/{id}/cancel/."""

import asyncio

from httpx import AsyncClient

from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import an_order, cancel, paid, placed
from services.sales.tests.fakes import FakeStock

KEY = {"Idempotency-Key": "cancellation-1"}
ONLY_PENDING = {
    "non_field_errors": ["No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."]
}


async def test_a_cancellation_is_answered_as_documented(till: AsyncClient) -> None:
    order = await placed(till)
    answer = await cancel(till, order["id"])
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "Order cancelled", "detail": "La orden 1 fue cancelada y el stock restaurado."},
    )


async def test_no_body_is_as_good_as_an_empty_one(till: AsyncClient) -> None:
    order = await placed(till)
    assert (await till.post(f"/api/orders/{order['id']}/cancel/")).status_code == 200


async def test_a_cancelled_order_says_so(till: AsyncClient) -> None:
    order = await placed(till)
    await cancel(till, order["id"])
    seen = (await till.get(f"/api/orders/{order['id']}/")).json()
    assert (seen["status"], seen["cancelled_at"]) == ("CANCELLED", "2026-03-02T18:00:00Z")


async def test_a_cancellation_is_published_once(till: AsyncClient, deps: Deps, stock: FakeStock) -> None:
    order = await placed(till)
    await cancel(till, order["id"])
    (order_uuid,) = stock.held
    assert await events_in_outbox(deps.database, "sales.order_cancelled.v1") == [
        (
            "sales.order_cancelled.v1",
            f"order/{order_uuid}",
            {
                "order_uuid": str(order_uuid),
                "order_id": 1,
                "channel": "POS",
                "reason": "user",
                "put_back": None,
                "cancelled_at": "2026-03-02T18:00:00Z",
            },
        )
    ]


async def test_the_last_piece_can_be_sold_again_when_its_cancellation_is_answered(
    till: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15].stock = 1
    order = await placed(till)
    assert (await till.post("/api/orders/", json=an_order())).status_code == 400
    await cancel(till, order["id"])
    await placed(till)


async def test_while_catalog_is_away_a_cancellation_is_answered_the_same_and_the_event_returns_the_stock(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    order = await placed(till)
    stock.down = True
    answer = await cancel(till, order["id"])
    assert (answer.status_code, answer.json()["status"]) == (200, "Order cancelled")
    assert stock.products[15].stock == 999
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_a_repeat_after_a_crash_before_the_stock_was_back_returns_it(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    order = await placed(till)
    stock.down = True
    await cancel(till, order["id"], headers=KEY)
    await lose_answers(deps.database)
    stock.down = False
    assert (await cancel(till, order["id"], headers=KEY)).status_code == 200
    assert stock.products[15].stock == 1_000


async def test_a_refused_cancellation_returns_nothing(till: AsyncClient, stock: FakeStock) -> None:
    order = await paid(till)
    await cancel(till, order["id"])
    assert stock.cancelled == []


async def test_a_paid_order_is_not_cancelled(till: AsyncClient) -> None:
    order = await paid(till)
    answer = await cancel(till, order["id"])
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)


async def test_of_8_cancellers_at_once_exactly_one_wins(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    answers = await asyncio.gather(*(cancel(till, order["id"]) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_an_unknown_order_is_404(till: AsyncClient) -> None:
    assert (await cancel(till, 99)).status_code == 404


async def test_a_repeat_with_the_same_key_gets_the_first_answer(till: AsyncClient) -> None:
    order = await placed(till)
    first = await cancel(till, order["id"], headers=KEY)
    again = await cancel(till, order["id"], headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)


async def test_a_repeat_after_a_crash_before_the_answer_gets_the_cancellation(
    till: AsyncClient, deps: Deps
) -> None:
    order = await placed(till)
    first = await cancel(till, order["id"], headers=KEY)
    await lose_answers(deps.database)
    again = await cancel(till, order["id"], headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_the_same_key_with_another_body_is_422(till: AsyncClient) -> None:
    order = await placed(till)
    await cancel(till, order["id"], headers=KEY)
    answer = await till.post(f"/api/orders/{order['id']}/cancel/", json={"why": "x"}, headers=KEY)
    assert answer.status_code == 422
