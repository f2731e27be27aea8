"""POST /api/orders/{id}/pay/: exactly one payment of an order succeeds."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import NOT_FOUND
from services.sales.api.pos.payment_shapes import PAYING_METHODS
from services.sales.deps import Deps
from services.sales.domain.payments import NEEDS_CUSTOMER, Charge
from services.sales.tests.builders import (
    a_buyer,
    a_promotion,
    cancel,
    checked_out,
    outcomes_of,
    paid,
    pay,
    placed,
    status_of,
)
from services.sales.tests.fakes import FakeBuyers, FakeCharges, FakeStock, Product

KEY = {"Idempotency-Key": "payment-1"}
ONLY_PENDING = {"non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]}


def paid_by(method: str) -> dict[str, object]:
    """What an answer says of a total of 116.00 that one method paid."""
    return {
        "payment_method": method,
        "payments": [{"payment_method": method, "amount": "116.00", "reference": None, "card_kind": None}],
        "cash_received": None,
        "change": None,
    }


@pytest.mark.parametrize("method", ["CASH", "CARD", "TRANSFER", "VOUCHER"])
async def test_a_payment_is_answered_as_documented(till: AsyncClient, clock: FakeClock, method: str) -> None:
    order = await placed(till)
    clock.advance(minutes=5)
    answer = await pay(till, order["id"], method)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": order["id"],
        "status": "PAID",
        **paid_by(method),
        "paid_at": "2026-03-02T18:05:00Z",
        "final_amount": "116.00",
    }


async def test_a_payment_is_published_once_with_its_lines(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    order = await placed(till, (15, 2), (20, 1), customer=1)
    (order_uuid,) = stock.held
    await placed(till)
    await pay(till, order["id"])
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
                        "tax_rate": "0.16",
                    },
                    {
                        "product_id": 20,
                        "product_name": "Pan",
                        "quantity": 1,
                        "unit_price": "10.00",
                        "amount": "10.00",
                        "tax_amount": "0.00",
                        "discount_amount": "0.00",
                        "tax_rate": "0.00",
                    },
                ],
                "payments": None,
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


@pytest.mark.parametrize(
    "body",
    [
        {"payment_method": "CASH"},
        {"payment_method": "POINTS"},
        {"payments": [{"payment_method": "CASH", "amount": "1.00"}]},
    ],
)
async def test_an_order_of_the_web_shop_is_404(
    till: AsyncClient, shopper: AsyncClient, deps: Deps, body: dict[str, object]
) -> None:
    order_id = (await checked_out(shopper))["order"]["id"]
    answer = await till.post(f"/api/orders/{order_id}/pay/", json=body)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert await status_of(deps.database, order_id) == "pending"


async def test_an_unknown_method_is_no_choice(till: AsyncClient) -> None:
    order = await placed(till)
    answer = await pay(till, order["id"], "BITCOIN")
    assert (answer.status_code, answer.json()) == (
        400,
        {"payment_method": ['"BITCOIN" is not a valid choice.']},
    )


@pytest.mark.parametrize("method", ["POINTS", "CREDIT"])
async def test_a_payment_from_a_balance_is_answered_as_documented(
    till: AsyncClient, clock: FakeClock, charges: FakeCharges, method: str
) -> None:
    charges.credit_used[1] = Decimal("0.00")
    order = await placed(till, customer=1)
    clock.advance(minutes=5)
    answer = await pay(till, order["id"], method)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": order["id"],
            "status": "PAID",
            **paid_by(method),
            "paid_at": "2026-03-02T18:05:00Z",
            "final_amount": "116.00",
        },
    )


async def test_points_are_taken_rounded_up_for_the_order_and_the_seller(
    till: AsyncClient, stock: FakeStock, charges: FakeCharges
) -> None:
    stock.products[15] = Product(price=Decimal("103.01"))  # 119.49 with tax
    order = await placed(till, customer=1)
    await pay(till, order["id"], "POINTS")
    (order_uuid,) = stock.held
    assert list(charges.taken.values()) == [
        Charge(
            customer_id=1,
            user_id=7,
            order_uuid=order_uuid,
            ticket_folio="00000001",
            points=120,
            by_points=Decimal("119.49"),
            credit=Decimal("0.00"),
        )
    ]
    assert charges.points[1] == 880


async def test_credit_is_charged_to_the_cent(
    till: AsyncClient, stock: FakeStock, charges: FakeCharges
) -> None:
    stock.products[15] = Product(price=Decimal("43.10"))  # 50.00 with tax, exactly what is left
    order = await placed(till, customer=1)
    assert (await pay(till, order["id"], "CREDIT")).status_code == 200
    assert charges.credit_used[1] == Decimal("1000.00")
    assert charges.points[1] == 1_000


@pytest.mark.parametrize("method", ["POINTS", "CREDIT"])
async def test_a_payment_from_a_balance_is_published_once(
    till: AsyncClient, deps: Deps, charges: FakeCharges, method: str
) -> None:
    charges.credit_used[1] = Decimal("0.00")
    await paid(till, method, customer=1)
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert (event.data["payment_method"], event.data["customer_id"]) == (method, 1)


async def test_too_few_points_are_refused_in_the_documents_words(
    till: AsyncClient, stock: FakeStock, charges: FakeCharges
) -> None:
    stock.products[15] = Product(price=Decimal("120.00"), tax_rate="0.00")
    charges.points[1] = 50
    order = await placed(till, customer=1)
    answer = await pay(till, order["id"], "POINTS")
    assert (answer.status_code, answer.json(), answer.headers["X-Error-Code"]) == (
        400,
        {"detail": "Saldo de puntos insuficiente. Puntos disponibles: 50.00, Total a pagar: 120.00"},
        "insufficient_points",
    )


async def test_credit_over_the_limit_is_refused_in_the_documents_words(
    till: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15] = Product(price=Decimal("200.00"), tax_rate="EXENT")
    order = await placed(till, customer=1)
    answer = await pay(till, order["id"], "CREDIT")
    assert (answer.status_code, answer.json(), answer.headers["X-Error-Code"]) == (
        400,
        {
            "detail": "El cliente excede su límite de crédito. "
            "Límite: 1000.00, Saldo actual: 950.00, Compra: 200.00"
        },
        "credit_limit_exceeded",
    )


@pytest.mark.parametrize("method", ["POINTS", "CREDIT"])
async def test_a_balance_needs_a_customer(till: AsyncClient, charges: FakeCharges, method: str) -> None:
    order = await placed(till)
    answer = await pay(till, order["id"], method)
    assert (answer.status_code, answer.json()) == (
        400,
        {"detail": "Se requiere un cliente para pagar con puntos o crédito."},
    )
    assert charges.asked == []


async def test_a_customer_who_was_deleted_meanwhile_has_no_balance(
    till: AsyncClient, buyers: FakeBuyers
) -> None:
    buyers.known[9] = a_buyer(9)
    order = await placed(till, customer=9)
    answer = await pay(till, order["id"], "POINTS")
    assert (answer.status_code, answer.json()) == (
        400,
        {"customer": ['Invalid pk "9" - object does not exist.']},
    )


@pytest.mark.parametrize("method", PAYING_METHODS)
async def test_nothing_is_paid_by_any_method_and_takes_no_points(
    till: AsyncClient, deps: Deps, stock: FakeStock, charges: FakeCharges, method: str
) -> None:
    stock.products[15].promotion = a_promotion("100.00")
    order = await placed(till, customer=1)
    assert order["final_amount"] == "0.00"
    answer = await pay(till, order["id"], method)
    assert (answer.status_code, answer.json()["payment_method"]) == (200, method)
    assert (charges.asked, charges.points[1]) == ([], 1_000)
    assert await outcomes_of(deps.database, order["id"]) == []


async def test_nothing_is_paid_from_a_balance_only_with_a_customer(
    till: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15].promotion = a_promotion("100.00")
    order = await placed(till)
    assert (await pay(till, order["id"], "POINTS")).status_code == 400


@pytest.mark.parametrize("end", [pay, cancel])
async def test_an_order_that_is_closed_is_not_paid_from_a_balance(
    till: AsyncClient, charges: FakeCharges, end: Callable[[AsyncClient, int], Awaitable[Response]]
) -> None:
    order = await placed(till, customer=1)
    await end(till, order["id"])
    answer = await pay(till, order["id"], "POINTS")
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)
    assert charges.asked == []


@pytest.mark.parametrize("end", [pay, cancel])
@pytest.mark.parametrize(
    "body",
    [
        {"payment_method": "POINTS"},
        {"payments": [{"payment_method": "CREDIT", "amount": "1.00"}]},
        {"payments": [{"payment_method": "CASH", "amount": "1.00"}]},
        {"payment_method": "CARD", "cash_received": "500.00"},
    ],
)
async def test_an_order_that_is_closed_is_told_so_whatever_is_wrong_with_its_payment(
    till: AsyncClient, body: dict[str, Any], end: Callable[[AsyncClient, int], Awaitable[Response]]
) -> None:
    order = await placed(till)
    await end(till, order["id"])
    answer = await till.post(f"/api/orders/{order['id']}/pay/", json=body)
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)


async def test_a_failed_payment_leaves_the_order_pending_and_nothing_but_its_attempt(
    till: AsyncClient, deps: Deps, charges: FakeCharges
) -> None:
    order = await placed(till, customer=1)
    await pay(till, order["id"], "CREDIT")
    assert (await till.get(f"/api/orders/{order['id']}/")).json() == order
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == []
    assert charges.taken == {}
    assert await outcomes_of(deps.database, order["id"]) == ["credit_limit_exceeded"]


async def test_an_order_is_paid_otherwise_after_failed_payments(
    till: AsyncClient, deps: Deps, charges: FakeCharges
) -> None:
    order = await placed(till, customer=1)
    for _ in range(2):
        await pay(till, order["id"], "CREDIT")
    assert (await pay(till, order["id"], "POINTS")).status_code == 200
    outcomes = ["credit_limit_exceeded", "credit_limit_exceeded", "charged"]
    assert await outcomes_of(deps.database, order["id"]) == outcomes
    assert len(set(charges.asked)) == 3


async def test_a_payment_from_a_balance_leaves_other_orders_alone(till: AsyncClient, deps: Deps) -> None:
    order, other = await placed(till, customer=1), await placed(till, customer=1)
    assert (await pay(till, order["id"], "POINTS")).status_code == 200
    assert await status_of(deps.database, other["id"]) == "PENDING"
    assert await outcomes_of(deps.database, other["id"]) == []
    assert (await pay(till, other["id"], "POINTS")).status_code == 200


@pytest.mark.parametrize("methods", [["CASH", "CARD"], ["POINTS"], ["POINTS", "CREDIT", "CASH", "CARD"]])
async def test_of_32_payers_at_once_exactly_one_wins(
    till: AsyncClient, deps: Deps, charges: FakeCharges, methods: list[str]
) -> None:
    charges.credit_used[1] = Decimal("0.00")
    order = await placed(till, customer=1)
    answers = await asyncio.gather(
        *(pay(till, order["id"], methods[payer % len(methods)]) for payer in range(32))
    )
    winners = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    assert [answer.json() for answer in answers if answer.status_code != 200] == [ONLY_PENDING] * 31
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert event.data["payment_method"] == winners[0]["payment_method"]
    assert len(charges.taken) == (winners[0]["payment_method"] in NEEDS_CUSTOMER)


@pytest.mark.parametrize("method", ["CASH", "POINTS"])
async def test_of_payers_and_cancellers_at_once_exactly_one_wins(
    till: AsyncClient, deps: Deps, charges: FakeCharges, method: str
) -> None:
    for _ in range(8):
        order = await placed(till, customer=1)
        answers = await asyncio.gather(
            *(pay(till, order["id"], method) for _ in range(4)),
            *(cancel(till, order["id"]) for _ in range(4)),
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    payments = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert len(charges.taken) == (len(payments) if method == "POINTS" else 0)
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
