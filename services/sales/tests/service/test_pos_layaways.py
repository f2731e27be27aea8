"""POST and GET /api/layaways/: goods are kept for a customer for a deposit (contract §8.7)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock, Stopwatch
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.api.pos.routes import pos
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, count_orders, pay, placed
from services.sales.tests.fakes import FakeStock
from services.sales.tests.layaways import find, laid_away, open_layaway, parts, pay_part
from services.sales.usecases.orders.expiring import cancel_unpaid_orders

KEY = {"Idempotency-Key": "layaway-1"}


async def count_layaways(deps: Deps) -> int:
    count: int = await deps.database.fetch_value("select count(*) from layaways")
    return count


async def test_a_layaway_is_answered_with_its_goods_and_its_deposit(till: AsyncClient) -> None:
    deposit = {
        "payments": [
            {"payment_method": "CARD", "amount": "40.00", "reference": "0045", "card_kind": "DEBIT"},
            {"payment_method": "CASH", "amount": "10.00"},
        ],
        "cash_received": "20.00",
    }
    await placed(till)
    answer = await open_layaway(till, deposit=deposit, pieces=2)
    layaway = answer.json()
    paid = {"payment": 1, "user": 7, "shift": None, "created_at": "2026-03-02T18:00:00Z"}
    assert answer.status_code == 201
    assert layaway == {
        "id": 1,
        "order": 2,
        "ticket_folio": layaway["ticket_folio"],
        "customer": 1,
        "customer_name": "Maria González",
        "user": 7,
        "status": "OPEN",
        "total": "232.00",
        "paid": "50.00",
        "balance": "182.00",
        "due_date": "2026-04-01",
        "overdue": False,
        "created_at": "2026-03-02T18:00:00Z",
        "paid_at": None,
        "cancelled_at": None,
        "cancelled_by": None,
        "cancel_reason": None,
        "refunds": [],
        "fee": None,
        "cash_received": "20.00",
        "change": "10.00",
        "items": [
            {
                "product_id": 15,
                "product_name": "Coca Cola",
                "quantity": 2,
                "unit_price": "100.00",
                "tax_amount": "32.00",
                "discount_amount": "0.00",
                "amount": "200.00",
                "returnable_quantity": 0,
                "discount_percent": None,
                "discount_source": None,
                "discount_reason": None,
                "clave_prod_serv": None,
                "clave_unidad": None,
                "objeto_imp": None,
            }
        ],
        "payments": [
            {
                "payment_method": "CARD",
                "amount": "40.00",
                "reference": "0045",
                "card_kind": "DEBIT",
                **paid,
            },
            {"payment_method": "CASH", "amount": "10.00", "reference": None, "card_kind": None, **paid},
        ],
    }
    assert await find(till, 1) == layaway


async def test_its_stock_is_taken_and_its_order_waits(
    till: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    layaway = await laid_away(till, pieces=2)
    assert stock.products[15].stock == 998
    order = (await till.get(f"/api/orders/{layaway['order']}/")).json()
    assert (order["status"], order["layaway"], order["payments"]) == ("PENDING", layaway["id"], [])
    ticket = (await till.get(f"/api/orders/{layaway['order']}/ticket/")).json()
    assert (ticket["order"], ticket["user_name"]) == (layaway["order"], "employee7")
    assert len(await events_in_outbox(deps.database, "sales.order_created.v1")) == 1
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == []


async def test_another_order_is_of_no_layaway(till: AsyncClient) -> None:
    assert (await placed(till))["layaway"] is None


async def test_prices_are_those_of_the_day_it_was_opened(till: AsyncClient, stock: FakeStock) -> None:
    layaway = await laid_away(till)
    stock.products[15].price *= 2
    assert (await find(till, layaway["id"]))["total"] == "116.00"
    assert (await pay_part(till, layaway["id"], ("CASH", "66.00"))).json()["status"] == "PAID"


async def test_its_prices_take_no_discount_by_hand(till: AsyncClient) -> None:
    item = {"product_id": 15, "quantity": 1, "discount_percent": "50.00", "discount_reason": "Amigo"}
    assert (await open_layaway(till, items=[item])).json()["total"] == "116.00"
    document = pos.openapi()["components"]["schemas"]
    assert document["LayawayIn"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/PiecesIn"}
    assert document["PiecesIn"]["properties"].keys() == {"product_id", "quantity"}


async def test_a_deposit_of_the_whole_total_pays_at_once(till: AsyncClient, deps: Deps) -> None:
    layaway = await laid_away(till, ("CASH", "116.00"))
    assert (layaway["status"], layaway["balance"]) == ("PAID", "0.00")
    order = (await till.get(f"/api/orders/{layaway['order']}/")).json()
    assert (order["status"], order["payment_method"]) == ("PAID", "CASH")
    ((_, _, event),) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert (event["final_amount"], len(event["lines"]), event["payments"]) == ("116.00", 1, None)


async def test_goods_for_nothing_are_paid_at_once(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15].price *= 0
    assert (await laid_away(till, ("CASH", "0.00")))["status"] == "PAID"


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"deposit": {"payments": parts(("CASH", "23.19"))}}, {"deposit": ["El anticipo mínimo es $23.20."]}),
        ({"deposit": {"payments": parts(("CASH", "116.01"))}}, {"deposit": ["El saldo es $116.00."]}),
        (
            {"deposit": {"payments": parts(("CASH", "50.00"), ("CARD", "0.00"))}},
            {"payments": ["Cada pago debe ser mayor que $0.00."]},
        ),
        (
            {"deposit": {"payments": parts(("CASH", "50.00")), "cash_received": "30.00"}},
            {"cash_received": ["Faltan $20.00."]},
        ),
        (
            {"deposit": {"payments": parts(("CARD", "50.00")), "cash_received": "50.00"}},
            {"cash_received": ["Ningún pago es en efectivo."]},
        ),
        (
            {"deposit": {"payments": [{**parts(("CASH", "50.00"))[0], "card_kind": "DEBIT"}]}},
            {"payments": ["card_kind es solo para CARD."]},
        ),
        ({"due_date": "2026-03-01"}, {"due_date": ["La fecha límite no puede ser anterior a hoy."]}),
        ({"customer": 9}, {"customer": ['Invalid pk "9" - object does not exist.']}),
        ({"register": 9}, {"register": ['Invalid pk "9" - object does not exist.']}),
        (
            {"items": [{"product_id": 15, "quantity": 1_001}]},
            {"non_field_errors": ["Stock insuficiente para 'Coca Cola'. Disponible: 1000, Solicitado: 1001"]},
        ),
    ],
)
async def test_what_is_refused_takes_and_keeps_nothing(
    till: AsyncClient, deps: Deps, stock: FakeStock, more: dict[str, Any], refused: dict[str, Any]
) -> None:
    answer = await open_layaway(till, **more)
    assert (answer.status_code, answer.json()) == (400, refused)
    assert (await count_orders(deps.database), await count_layaways(deps)) == (0, 0)
    assert stock.products[15].stock == 1_000


async def test_what_is_malformed_is_told_at_once(till: AsyncClient) -> None:
    answer = await till.post(
        "/api/layaways/", json={"deposit": {"payments": parts(("POINTS", "1.00"))}, "register": 9}
    )
    required = ["This field is required."]
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "customer": required,
            "items": required,
            "deposit": {"payments": [{"payment_method": ['"POINTS" is not a valid choice.']}]},
            "register": ['Invalid pk "9" - object does not exist.'],
        },
    )


@pytest.mark.parametrize("method", ["POINTS", "CREDIT", "EXCHANGE"])
async def test_balances_pay_for_no_layaway(till: AsyncClient, method: str) -> None:
    assert (await open_layaway(till, (method, "50.00"))).status_code == 400


async def test_a_repeat_with_the_same_key_opens_no_other(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    first = await open_layaway(till, headers=KEY)
    again = await open_layaway(till, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await count_layaways(deps), stock.products[15].stock) == (1, 999)


async def test_a_repeat_whose_answer_was_lost_finds_the_layaway(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    first = await open_layaway(till, headers=KEY)
    await lose_answers(deps.database)
    again = await open_layaway(till, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await count_layaways(deps), stock.products[15].stock) == (1, 999)


async def test_a_repeat_finds_the_layaway_although_the_day_that_was_its_last_is_over(
    till: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    first = await open_layaway(till, headers=KEY, due_date="2026-03-02")
    await lose_answers(deps.database)
    clock.advance(hours=13)  # in the store it is 3 March
    again = await open_layaway(till, headers=KEY, due_date="2026-03-02")
    assert (again.status_code, again.json()) == (201, {**first.json(), "overdue": True})
    assert (await count_layaways(deps), stock.products[15].stock) == (1, 999)
    late = await open_layaway(till, due_date="2026-03-02")
    assert (late.status_code, list(late.json())) == (400, ["due_date"])


async def test_the_last_piece_is_kept_once(till: AsyncClient, stock: FakeStock, deps: Deps) -> None:
    stock.products[15].stock = 1
    answers = await asyncio.gather(*(open_layaway(till) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    assert (await count_layaways(deps), stock.products[15].stock) == (1, 0)


async def test_without_time_left_for_the_commit_nothing_is_kept(
    till: AsyncClient, deps: Deps, stock: FakeStock, monotonic: Stopwatch
) -> None:
    stock.lease_seconds = 30
    assert (await open_layaway(till)).status_code == 503
    assert (await count_layaways(deps), stock.products[15].stock) == (0, 1_000)


async def test_its_order_is_not_cancelled_by_the_job(till: AsyncClient, deps: Deps, clock: FakeClock) -> None:
    layaway = await laid_away(till)
    other = await placed(till)
    clock.advance(days=20)
    assert await cancel_unpaid_orders(database=deps.database, clock=clock, pending_hours=24) == 1
    assert (await find(till, layaway["id"]))["status"] == "OPEN"
    assert (await till.get(f"/api/orders/{other['id']}/")).json()["status"] == "CANCELLED"


async def test_its_order_is_neither_paid_nor_cancelled_as_an_order(till: AsyncClient, deps: Deps) -> None:
    order = (await laid_away(till))["order"]
    refused = {"non_field_errors": ["La orden es el apartado 1: se cobra y se cancela en apartados."]}
    for answer in (
        await pay(till, order),
        await pay(till, order, "POINTS"),
        await till.post(f"/api/orders/{order}/pay/", json={"payments": parts(("CARD", "116.00"))}),
        await till.post(f"/api/orders/{order}/pay/", json={"payments": parts(("CARD", "1.00"))}),
        await till.post(f"/api/orders/{order}/pay/", json={"payments": parts(("CREDIT", "1.00"))}),
        await cancel(till, order),
    ):
        assert (answer.status_code, answer.json()) == (400, refused)
    assert (await till.get(f"/api/orders/{order}/")).json()["status"] == "PENDING"


async def test_when_it_is_paid_its_order_is_as_any_other(till: AsyncClient) -> None:
    order = (await laid_away(till, ("CASH", "116.00")))["order"]
    assert (await pay(till, order)).json() == {
        "non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]
    }
    assert (await cancel(till, order)).json() == {
        "non_field_errors": ["No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."]
    }


async def test_the_list_is_filtered(till: AsyncClient, admin: AsyncClient, clock: FakeClock) -> None:
    for due_date in ("2026-03-02", "2026-03-03", "2026-03-04"):
        await laid_away(till, due_date=due_date)
    await laid_away(till, ("CASH", "116.00"), due_date="2026-03-02")
    # 3 March, 05:00 UTC: in the store it is still 2 March
    clock.advance(hours=11)

    async def ids(query: str) -> list[int]:
        answer = await till.get(f"/api/layaways/?{query}")
        assert answer.status_code == 200, answer.text
        return [layaway["id"] for layaway in answer.json()]

    assert await ids("") == [4, 3, 2, 1]
    assert await ids("ordering=created_at&customer=1") == [1, 2, 3, 4]
    assert await ids("overdue=true") == []
    clock.advance(days=1)
    assert await ids("overdue=true") == [1]
    assert await ids("overdue=false") == [4, 3, 2]
    assert await ids("status=PAID") == [4]
    assert await ids("status=OPEN&customer=1") == [3, 2, 1]
    assert await ids("customer=2") == []
    assert (await find(till, 1))["overdue"]
    refused = await till.get("/api/layaways/?status=LOST&overdue=perhaps")
    assert (refused.status_code, refused.json()) == (
        400,
        {"status": ['"LOST" is not a valid choice.'], "overdue": ["Not a valid boolean."]},
    )


async def test_one_that_is_not_there_is_not_found(till: AsyncClient) -> None:
    answer = await till.get("/api/layaways/9/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
