"""POST /api/orders/{id}/pay/ with `payments` and `cash_received`: all of them, or nothing (contract §8.2)."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import pay, placed
from services.sales.tests.fakes import FakeCharges

CARD = {"payment_method": "CARD", "amount": "66.00", "reference": "004512", "card_kind": "DEBIT"}
CASH = {"payment_method": "CASH", "amount": "50.00"}
BOTH = [CARD, CASH]
SHOWN = [CARD, {**CASH, "reference": None, "card_kind": None}]
FOR_A_CUSTOMER = [
    {"payment_method": "POINTS", "amount": "16.00"},
    {"payment_method": "CREDIT", "amount": "40.00"},
    {"payment_method": "CASH", "amount": "60.00"},
]


async def pay_by(till: AsyncClient, order_id: int, payments: Any, key: str = "", **more: Any) -> Response:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"payments": payments, **more}
    return await till.post(f"/api/orders/{order_id}/pay/", json=body, headers=headers)


async def refused(till: AsyncClient, body: dict[str, Any], *, customer: int | None = None) -> Any:
    """The answer's body; the order is as it was."""
    order = await placed(till, customer=customer)
    answer = await till.post(f"/api/orders/{order['id']}/pay/", json=body)
    assert answer.status_code == 400
    assert (await till.get(f"/api/orders/{order['id']}/")).json() == order
    return answer.json()


async def test_two_methods_pay_an_order_and_the_answer_tells_the_change(till: AsyncClient) -> None:
    order = await placed(till)
    answer = await pay_by(till, order["id"], BOTH, cash_received="100.00")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": order["id"],
            "status": "PAID",
            "payment_method": "MIXED",
            "payments": SHOWN,
            "cash_received": "100.00",
            "change": "50.00",
            "paid_at": "2026-03-02T18:00:00Z",
            "final_amount": "116.00",
        },
    )


async def test_the_order_shows_what_paid_it_alone_and_in_lists(till: AsyncClient) -> None:
    order = await placed(till)
    assert (order["payments"], order["cash_received"], order["change"]) == ([], None, None)
    await pay_by(till, order["id"], BOTH, cash_received="50.00")
    await placed(till)
    alone = (await till.get(f"/api/orders/{order['id']}/")).json()
    assert (alone["payments"], alone["cash_received"], alone["change"]) == (SHOWN, "50.00", "0.00")
    (listed,) = (await till.get("/api/orders/", params={"payment_method": "MIXED"})).json()
    assert listed == alone


async def test_the_event_has_the_amount_of_each_method(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    await pay_by(till, order["id"], BOTH)
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert event.data["payment_method"] == "MIXED"
    assert event.data["payments"] == [
        {"payment_method": "CARD", "amount": "66.00"},
        {"payment_method": "CASH", "amount": "50.00"},
    ]


async def test_cash_alone_may_tell_what_was_received(till: AsyncClient) -> None:
    order = await placed(till)
    body = {"payment_method": "CASH", "cash_received": "200"}
    answer = (await till.post(f"/api/orders/{order['id']}/pay/", json=body)).json()
    assert (answer["payment_method"], answer["cash_received"], answer["change"]) == (
        "CASH",
        "200.00",
        "84.00",
    )


async def test_points_and_credit_are_charged_together_before_the_order_is_paid(
    till: AsyncClient, deps: Deps, charges: FakeCharges
) -> None:
    charges.credit_used[1] = Decimal("0.00")
    order = await placed(till, customer=1)
    answer = await pay_by(till, order["id"], FOR_A_CUSTOMER, cash_received="60.00")
    assert (answer.status_code, answer.json()["payment_method"]) == (200, "MIXED")
    (charge,) = charges.taken.values()
    assert (charge.points, charge.by_points, charge.credit) == (16, Decimal("16.00"), Decimal("40.00"))
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert event.data["payments"] == FOR_A_CUSTOMER
    assert (await till.get(f"/api/orders/{order['id']}/")).json()["change"] == "0.00"


async def test_too_few_points_name_their_own_part(till: AsyncClient, charges: FakeCharges) -> None:
    charges.points[1] = 15
    assert await refused(till, {"payments": FOR_A_CUSTOMER}, customer=1) == {
        "detail": "Saldo de puntos insuficiente. Puntos disponibles: 15.00, Total a pagar: 16.00"
    }
    assert charges.taken == {}


async def test_credit_beyond_the_limit_names_its_own_part(till: AsyncClient, charges: FakeCharges) -> None:
    charges.credit_used[1] = Decimal("961.00")
    assert await refused(till, {"payments": FOR_A_CUSTOMER}, customer=1) == {
        "detail": "El cliente excede su límite de crédito. Límite: 1000.00, Saldo actual: 961.00, "
        "Compra: 40.00"
    }
    assert (charges.taken, charges.points[1]) == ({}, 1_000)


async def test_a_part_from_a_balance_needs_a_customer(till: AsyncClient) -> None:
    assert await refused(till, {"payments": FOR_A_CUSTOMER}) == {
        "detail": "Se requiere un cliente para pagar con puntos o crédito."
    }


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (
            {"payments": BOTH, "payment_method": "CASH"},
            {"payments": ["Envía payment_method o payments, no los dos."]},
        ),
        ({}, {"payment_method": ["This field is required."]}),
        ({"payment_method": None}, {"payment_method": ["This field is required."]}),
        ({"payment_method": " "}, {"payment_method": ["This field is required."]}),
        (
            {"payment_method": " ", "register": 99},
            {
                "payment_method": ["This field is required."],
                "register": ['Invalid pk "99" - object does not exist.'],
            },
        ),
        ({"payment_method": "CASH", "cash_received": "100.00"}, {"cash_received": ["Faltan $16.00."]}),
        (
            {"payments": [CASH], "cash_received": "49.00"},
            {
                "payments": ["La suma de los pagos ($50.00) no es el total ($116.00)."],
                "cash_received": ["Faltan $1.00."],
            },
        ),
    ],
)
async def test_a_payment_that_is_wrong_is_told_so_and_changes_nothing(
    till: AsyncClient, body: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert await refused(till, body) == answer


async def test_a_repeat_with_the_same_key_answers_the_same(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    first = await pay_by(till, order["id"], BOTH, "one", cash_received="50.00")
    again = await pay_by(till, order["id"], BOTH, "one", cash_received="50.00")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1


async def test_one_of_two_payments_at_once_pays(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    answers = await asyncio.gather(
        pay_by(till, order["id"], BOTH), pay(till, order["id"], "CARD"), pay_by(till, order["id"], BOTH)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1


async def test_the_ticket_names_the_tenders_and_the_change(till: AsyncClient) -> None:
    order = await placed(till)
    await pay_by(till, order["id"], BOTH, cash_received="100.00")
    text = (await till.get(f"/api/orders/{order['id']}/ticket/", headers={"Accept": "text/plain"})).text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    begin = lines.index("Tarjeta de débito $66.00")
    assert lines[begin : begin + 3] == ["Tarjeta de débito $66.00", "Efectivo $50.00", "Cambio $50.00"]
