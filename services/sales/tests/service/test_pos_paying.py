"""POST /api/orders/{id}/pay/: exactly one payment of an order succeeds."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import NOT_FOUND
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, paid, pay, placed
from services.sales.tests.fakes import FakeStock

KEY = {"Idempotency-Key": "payment-1"}
ONLY_PENDING = {"non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]}


@pytest.mark.parametrize("method", ["CASH", "CARD"])
async def test_a_payment_is_answered_as_documented(till: AsyncClient, clock: FakeClock, method: str) -> None:
    order = await placed(till)
    clock.advance(minutes=5)
    answer = await pay(till, order["id"], method)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": order["id"],
        "status": "PAID",
        "payment_method": method,
        "paid_at": "2026-03-02T18:05:00Z",
        "final_amount": "116.00",
    }


async def test_a_payment_is_published_once_with_its_lines(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    order = await placed(till, (15, 2), (20, 1), customer=1)
    await pay(till, order["id"])
    (order_uuid,) = stock.held
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == [
        (
            "sales.order_paid.v1",
            f"order/{order_uuid}",
            {
                "order_uuid": str(order_uuid),
                "order_id": 1,
                "ticket_folio": "00000001",
                "channel": "POS",
                "customer_id": 1,
                "user_id": 7,
                "payment_method": "CASH",
                "subtotal": "210.00",
                "total_tax": "32.00",
                "final_amount": "242.00",
                "money_saved_total": "0.00",
                "lines": [
                    {
                        "product_id": 15,
                        "product_name": "Coca Cola",
                        "quantity": 2,
                        "unit_price": "100.00",
                        "amount": "200.00",
                        "tax_amount": "32.00",
                        "discount_amount": "0.00",
                    },
                    {
                        "product_id": 20,
                        "product_name": "Pan",
                        "quantity": 1,
                        "unit_price": "10.00",
                        "amount": "10.00",
                        "tax_amount": "0.00",
                        "discount_amount": "0.00",
                    },
                ],
                "paid_at": "2026-03-02T18:00:00Z",
            },
        )
    ]


async def test_a_paid_order_is_not_paid_again(till: AsyncClient) -> None:
    order = await paid(till)
    answer = await pay(till, order["id"], "CARD")
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)


async def test_a_cancelled_order_is_not_paid(till: AsyncClient) -> None:
    order = await placed(till)
    await cancel(till, order["id"])
    assert (await pay(till, order["id"])).json() == ONLY_PENDING


async def test_an_unknown_order_is_404(till: AsyncClient) -> None:
    answer = await pay(till, 99)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_an_unknown_method_is_no_choice(till: AsyncClient) -> None:
    order = await placed(till)
    answer = await pay(till, order["id"], "BITCOIN")
    assert (answer.status_code, answer.json()) == (
        400,
        {"payment_method": ['"BITCOIN" is not a valid choice.']},
    )


async def test_points_need_a_customer(till: AsyncClient) -> None:
    order = await placed(till)
    answer = await pay(till, order["id"], "POINTS")
    assert (answer.status_code, answer.json()) == (
        400,
        {"detail": "Se requiere un cliente para pagar con puntos o crédito."},
    )


async def test_credit_is_refused_as_not_offered_yet(till: AsyncClient) -> None:
    order = await placed(till, customer=1)
    answer = await pay(till, order["id"], "CREDIT")
    assert (answer.status_code, answer.json()) == (
        400,
        {"payment_method": ["El pago con puntos o crédito todavía no está disponible."]},
    )


async def test_a_failed_payment_leaves_the_order_pending(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till, customer=1)
    await pay(till, order["id"], "CREDIT")
    assert (await till.get(f"/api/orders/{order['id']}/")).json() == order
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == []


async def test_of_16_payers_at_once_exactly_one_wins(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    answers = await asyncio.gather(
        *(pay(till, order["id"], "CASH" if payer % 2 else "CARD") for payer in range(16))
    )
    winners = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    assert [answer.json() for answer in answers if answer.status_code != 200] == [ONLY_PENDING] * 15
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert event.data["payment_method"] == winners[0]["payment_method"]


async def test_of_payers_and_cancellers_at_once_exactly_one_wins(till: AsyncClient, deps: Deps) -> None:
    for _ in range(8):
        order = await placed(till)
        answers = await asyncio.gather(*(ask(till, order["id"]) for ask in (pay, cancel) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    published = [
        *await events_in_outbox(deps.database, "sales.order_paid.v1"),
        *await events_in_outbox(deps.database, "sales.order_cancelled.v1"),
    ]
    assert sorted(event.data["order_id"] for event in published) == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_repeat_with_the_same_key_gets_the_first_answer(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    first = await pay(till, order["id"], headers=KEY)
    again = await pay(till, order["id"], headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1


async def test_the_same_key_with_another_method_is_422(till: AsyncClient) -> None:
    order = await placed(till)
    await pay(till, order["id"], "CASH", headers=KEY)
    assert (await pay(till, order["id"], "CARD", headers=KEY)).status_code == 422


async def test_a_repeat_after_a_crash_before_the_answer_gets_the_payment(
    till: AsyncClient, deps: Deps
) -> None:
    order = await placed(till)
    first = await pay(till, order["id"], headers=KEY)
    await lose_answers(deps.database)
    again = await pay(till, order["id"], headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1
