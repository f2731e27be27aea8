"""Returns at the POS door (contract §8.3)."""

import asyncio
from typing import Any

from httpx import AsyncClient

from libs.common.contracts.sales import OrderReturned
from libs.testing.answers import Answer, answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lapse_claims, lose_answers
from libs.testing.locks import until_waiting
from libs.testing.outbox import models_in_outbox
from libs.testing.statements import counted_statements
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, checked_out, paid, placed
from services.sales.tests.fakes import FakeBuyers, FakeStock
from services.sales.tests.returns import (
    by,
    give_back,
    order_of,
    paid_by,
    previewed,
    returned,
)

KEY = {"Idempotency-Key": "return-1"}
COLA, BREAD = 15, 20
NOW = "2026-03-02T18:00:00Z"
ONE_COLA = {
    "product_id": COLA,
    "product_name": "Coca Cola",
    "quantity": 1,
    "unit_refund": "116.00",
    "amount": "116.00",
    "disposition": "RESTOCK",
}
NOT_PAID: Answer = (
    400,
    {"non_field_errors": ["Solo se aceptan devoluciones de órdenes pagadas."]},
)
TOO_LATE: Answer = (400, {"non_field_errors": ["El plazo de devolución de 30 días ha vencido."]})
NOT_FOUND: Answer = (404, {"detail": "Not found."})


def approval_for(action: str) -> Answer:
    return 403, {
        "detail": "Se requiere autorización de un supervisor.",
        "code": "approval_required",
        "action": action,
    }


def left(name: str, returnable: int, requested: int) -> str:
    return f"'{name}': quedan {returnable} por devolver, se piden {requested}."


async def test_goods_come_back_and_their_money_the_way_it_came(
    till: AsyncClient, stock: FakeStock, deps: Deps, buyers: FakeBuyers
) -> None:
    await placed(till)
    order = await paid(till, "CARD", (COLA, 2), (BREAD, 1), customer=1)
    before = stock.products[COLA].stock
    made = await returned(till, order["id"], (COLA, 1))
    assert made == {
        "id": 1,
        "order": order["id"],
        "items": [ONE_COLA],
        "refund_amount": "116.00",
        "refunds": [{"payment_method": "CARD", "amount": "116.00"}],
        "points_returned": 0,
        "points_taken_back": 1,  # 242.00 had earned 2, the 126.00 that are kept earn 1
        "reason": "No le gustó",
        "user": 7,
        "approved_by": None,
        "exchange_left": None,
        "payout": None,
        "created_at": NOW,
    }
    assert stock.products[COLA].stock == before + 1
    assert (await till.get(f"/api/returns/{made['id']}/")).json() == made
    (told,) = await models_in_outbox(deps.database, OrderReturned)
    assert told.model_dump(mode="json", exclude={"return_uuid", "order_uuid"}) == {
        "return_id": made["id"],
        "order_id": order["id"],
        "channel": "POS",
        "customer_id": 1,
        "user_id": 7,
        "lines": [
            {
                "product_id": COLA,
                "product_name": "Coca Cola",
                "quantity": 1,
                "refund_amount": "116.00",
                "disposition": "restock",
            }
        ],
        "refund_amount": "116.00",
        "refunds": [{"payment_method": "CARD", "amount": "116.00"}],
        "points_returned": 0,
        "kept_amount": "126.00",
        "is_everything_back": False,
        "sold_at": NOW,
        "returned_at": NOW,
    }


async def test_the_order_stays_paid_and_shows_what_came_back(till: AsyncClient) -> None:
    order_id, other_id = [(await paid(till, "CASH", (COLA, 2), (BREAD, 1)))["id"] for _ in range(2)]
    fresh = await order_of(till, order_id)
    assert (fresh["refunded_amount"], fresh["refund_status"]) == ("0.00", "NONE")
    assert [item["returnable_quantity"] for item in fresh["items"]] == [2, 1]

    await returned(till, order_id, (COLA, 1))
    part = await order_of(till, order_id)
    assert (part["status"], part["refunded_amount"], part["refund_status"]) == ("PAID", "116.00", "PARTIAL")
    assert [item["returnable_quantity"] for item in part["items"]] == [1, 1]

    await returned(till, order_id, (COLA, 1), (BREAD, 1))
    other, whole = (await till.get("/api/orders/")).json()
    assert other == await order_of(till, other_id)
    assert (other["refunded_amount"], other["refund_status"]) == ("0.00", "NONE")
    assert (whole["status"], whole["refunded_amount"], whole["refund_status"]) == ("PAID", "242.00", "FULL")
    assert [item["returnable_quantity"] for item in whole["items"]] == [0, 0]


async def test_of_an_order_that_is_not_paid_nothing_can_be_returned(till: AsyncClient) -> None:
    order = await placed(till, (COLA, 2))
    assert [item["returnable_quantity"] for item in order["items"]] == [0]
    assert answered(await give_back(till, order["id"])) == NOT_PAID
    assert answered(await previewed(till, order["id"])) == NOT_PAID


async def test_discarded_goods_are_not_for_sale_again(till: AsyncClient, stock: FakeStock) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    before = stock.products[COLA].stock
    items = [
        {"product_id": COLA, "quantity": 1, "disposition": "DISCARD"},
        {"product_id": COLA, "quantity": 1},
    ]
    made = await till.post(f"/api/orders/{order_id}/returns/", json={"items": items, "reason": "Roto"})
    assert [item["disposition"] for item in made.json()["items"]] == ["DISCARD", "RESTOCK"]
    assert stock.products[COLA].stock == before + 1


async def test_a_piece_brings_back_exactly_what_was_paid_for_it(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[COLA].promotion = a_promotion("33.33")
    order = await paid(till, "CASH", (COLA, 3))
    parts = [await returned(till, order["id"], (COLA, pieces)) for pieces in (1, 2)]
    lines = [(item["unit_refund"], item["amount"]) for part in parts for item in part["items"]]
    assert lines == [("77.34", "77.34"), ("77.34", "154.68")]
    assert [part["refund_amount"] for part in parts] == ["77.34", "154.68"]
    assert order["final_amount"] == "232.02"


async def test_each_tender_gives_back_in_proportion(till: AsyncClient, deps: Deps) -> None:
    order_id = await paid_by(till, by(CASH="100.00", CARD="132.00"), (COLA, 2))
    assert (await returned(till, order_id))["refunds"] == by(CASH="50.00", CARD="66.00")
    assert (await returned(till, order_id))["refunds"] == by(CASH="50.00", CARD="66.00")


async def test_more_than_is_left_is_refused_for_each_product(till: AsyncClient) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2), (BREAD, 1)))["id"]
    await returned(till, order_id, (COLA, 1))
    answer = await give_back(till, order_id, (COLA, 2), (BREAD, 3), (99, 1))
    assert answered(answer) == (
        400,
        {"items": [left("Coca Cola", 1, 2), left("Pan", 0 + 1, 3), left("99", 0, 1)]},
    )
    assert answer.headers["X-Error-Code"] == "too_many_returned"
    assert (await order_of(till, order_id))["refunded_amount"] == "116.00"


async def test_parallel_returns_never_exceed_what_was_sold(till: AsyncClient, deps: Deps) -> None:
    order_id = (await paid(till, "CASH", (BREAD, 5)))["id"]
    answers = await asyncio.gather(*(give_back(till, order_id, (BREAD, 2)) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 400, 400, 400, 400]
    assert (await order_of(till, order_id))["refunded_amount"] == "40.00"
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 2


async def test_the_last_return_brings_everything_back(till: AsyncClient, deps: Deps) -> None:
    order_id = (await paid(till, "CASH", (COLA, 1), (BREAD, 1)))["id"]
    await returned(till, order_id, (BREAD, 1))
    await returned(till, order_id, (COLA, 1))
    told = await models_in_outbox(deps.database, OrderReturned)
    assert sorted((event.return_id, event.is_everything_back) for event in told) == [(1, False), (2, True)]


async def test_an_employee_takes_goods_back_for_so_many_days_of_the_store(
    till: AsyncClient, admin: AsyncClient, clock: FakeClock
) -> None:
    order_id = (await paid(till, "CASH", (COLA, 3)))["id"]
    clock.advance(days=30)
    assert (await give_back(till, order_id)).status_code == 201
    clock.advance(days=1)
    assert answered(await give_back(till, order_id)) == TOO_LATE
    assert (await give_back(admin, order_id)).status_code == 201


async def test_an_employee_refunds_up_to_the_limit_without_approval(
    till: AsyncClient, admin: AsyncClient
) -> None:
    order_id = (await paid(till, "CASH", (BREAD, 200)))["id"]
    assert (await give_back(till, order_id, (BREAD, 50))).status_code == 201
    assert answered(await give_back(till, order_id, (BREAD, 51))) == approval_for("refund")
    assert (await give_back(admin, order_id, (BREAD, 51))).status_code == 201


async def test_cash_instead_of_another_tender_needs_an_approval(
    till: AsyncClient, admin: AsyncClient
) -> None:
    order_id = (await paid(till, "CARD", (COLA, 2)))["id"]
    cash = by(CASH="116.00")
    assert answered(await give_back(till, order_id, refunds=cash)) == approval_for("cash_refund")
    assert (await returned(admin, order_id, refunds=cash))["refunds"] == cash


async def test_an_approval_refunds_once_and_stands_on_the_return(
    till: AsyncClient, tokens: Tokens, deps: Deps
) -> None:
    order_id = (await paid(till, "CARD", (BREAD, 200)))["id"]
    cash = by(CASH="510.00")
    refused = await give_back(till, order_id, (BREAD, 51), refunds=cash)
    assert refused.json()["actions"] == ["refund", "cash_refund"]
    approvals = [
        tokens.approval("refund", order_id, limit="600.00", approver_id=2),
        tokens.approval("cash_refund", order_id, approver_id=2),
    ]
    both = {"X-Approval": ", ".join(each["X-Approval"] for each in approvals)}
    made = await give_back(till, order_id, (BREAD, 51), refunds=cash, headers=both)
    assert (made.status_code, made.json()["approved_by"]) == (201, 2)
    again = await give_back(till, order_id, (BREAD, 51), refunds=cash, headers=both)
    assert (again.status_code, again.json()["code"]) == (403, "approval_invalid")
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1


async def test_refunds_are_as_asked_for(till: AsyncClient, deps: Deps) -> None:
    order_id = await paid_by(till, by(CASH="100.00", CARD="132.00"), (COLA, 2))
    assert (await returned(till, order_id, refunds=by(CARD="116.00")))["refunds"] == by(CARD="116.00")
    assert answered(await give_back(till, order_id, refunds=by(CARD="17.00", CASH="99.00"))) == (
        400,
        {"refunds": ["CARD: quedan $16.00 por devolver, se piden $17.00."]},
    )
    assert answered(await give_back(till, order_id, refunds=by(CASH="100.00"))) == (
        400,
        {"refunds": ["La suma de los reembolsos ($100.00) no es el total a devolver ($116.00)."]},
    )
    assert (await returned(till, order_id))["refunds"] == by(CASH="100.00", CARD="16.00")


async def test_a_free_order_comes_back_for_nothing(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[COLA].promotion = a_promotion("100.00")
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    for status in ("PARTIAL", "FULL"):
        made = await returned(till, order_id)
        assert (made["refund_amount"], made["refunds"]) == ("0.00", [])
        assert (await order_of(till, order_id))["refund_status"] == status


async def test_an_order_of_which_a_gift_was_kept_is_returned_in_part(
    till: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    stock.products[BREAD].promotion = a_promotion("100.00")
    order_id = (await paid(till, "CASH", (COLA, 1), (BREAD, 1)))["id"]
    await returned(till, order_id, (COLA, 1))
    order = await order_of(till, order_id)
    assert (order["refunded_amount"], order["refund_status"]) == (order["final_amount"], "PARTIAL")
    [told] = await models_in_outbox(deps.database, OrderReturned)
    assert not told.is_everything_back


async def test_a_repeat_does_nothing_again(till: AsyncClient, stock: FakeStock, deps: Deps) -> None:
    order_id = (await paid(till, "CASH", (COLA, 3)))["id"]
    first = await give_back(till, order_id, headers=KEY)
    again = await give_back(till, order_id, headers=KEY)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    await lose_answers(deps.database)
    late = await give_back(till, order_id, headers=KEY)
    assert late.json() == first.json()
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1


async def test_a_repeat_brings_the_goods_back_that_a_crash_left(
    till: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    order_id = (await paid(till, "CASH", (COLA, 3)))["id"]
    before = stock.products[COLA].stock
    stock.down = True
    first = await give_back(till, order_id, headers=KEY)
    assert first.status_code == 201
    stock.down = False
    assert stock.products[COLA].stock == before
    await lose_answers(deps.database)
    assert (await give_back(till, order_id, headers=KEY)).json() == first.json()
    assert stock.products[COLA].stock == before + 1


async def test_two_requests_with_one_key_make_one_return(till: AsyncClient, deps: Deps) -> None:
    order_id = (await paid(till, "CASH", (COLA, 3)))["id"]
    await asyncio.gather(*(give_back(till, order_id, headers=KEY) for _ in range(3)))
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1


async def test_of_two_attempts_at_once_the_later_one_finds_the_return(till: AsyncClient, deps: Deps) -> None:
    order_id = (await paid(till, "CASH", (COLA, 1)))["id"]
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as holding:
        await holding.execute("select from orders where id = %s for update", [order_id])
        attempts = []
        for number in (1, 2):
            attempts.append(tasks.create_task(give_back(till, order_id, headers=KEY)))
            await until_waiting(deps.database, number)
            await lapse_claims(deps.database)
    assert [answer.result().status_code for answer in attempts] == [201, 201]
    assert len({answer.result().json()["id"] for answer in attempts}) == 1
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1


async def test_returns_are_listed_newest_first(till: AsyncClient, clock: FakeClock, deps: Deps) -> None:
    mine = (await paid(till, "CASH", (COLA, 2), customer=1))["id"]
    others = await paid_by(till, by(CASH="100.00", CARD="132.00"), (COLA, 2))
    first = await returned(till, mine)
    clock.advance(days=1)
    second = await returned(till, others)
    third = await returned(till, mine)

    async def ids(path: str = "/api/returns/", **query: Any) -> list[int]:
        return [row["id"] for row in (await till.get(path, params=query)).json()]

    assert await ids() == [third["id"], second["id"], first["id"]]
    assert await ids(f"/api/orders/{mine}/returns/") == [third["id"], first["id"]]
    assert await ids(customer=1) == [third["id"], first["id"]]
    assert await ids(payment_method="MIXED") == [second["id"]]
    assert await ids(payment_method="CASH", date_to="2026-03-02") == [first["id"]]
    assert await ids(date_from="2026-03-03", ordering="id") == [second["id"], third["id"]]
    folio = (await till.get(f"/api/orders/{mine}/")).json()["ticket_folio"]
    assert await ids(folio=folio.lower()) == [third["id"], first["id"]]
    assert await ids(folio=folio, date_from="2026-03-03") == [third["id"]]
    assert await ids(folio="C9-000001") == []


async def test_returns_are_listed_by_the_status_of_their_order(till: AsyncClient) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    made = await returned(till, order_id)

    async def ids(status: str) -> list[int]:
        return [row["id"] for row in (await till.get("/api/returns/", params={"status": status})).json()]

    assert await ids("PAID") == [made["id"]]
    assert await ids("PENDING") == []
    assert await ids("CANCELLED") == []
    unknown = await till.get("/api/returns/", params={"status": "BURNT"})
    assert answered(unknown) == (400, {"status": ['"BURNT" is not a valid choice.']})


async def test_orders_and_returns_of_others_channels_are_not_there(
    till: AsyncClient, shopper: AsyncClient
) -> None:
    web = (await checked_out(shopper))["order"]["id"]
    assert answered(await give_back(till, web, (BREAD, 1))) == NOT_FOUND
    assert answered(await previewed(till, web, (BREAD, 1))) == NOT_FOUND
    assert answered(await till.get(f"/api/orders/{web}/returns/")) == NOT_FOUND
    assert answered(await till.get("/api/returns/99/")) == NOT_FOUND
    assert answered(await give_back(till, 999)) == NOT_FOUND
    assert answered(await give_back(till, 999, (BREAD, 1), register=999)) == NOT_FOUND


async def test_bad_input_is_told_at_once(till: AsyncClient) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    body = {
        "items": [{"product_id": "x", "quantity": 0, "disposition": "BURN"}],
        "refunds": [{"payment_method": "GOLD", "amount": "-1.00"}],
    }
    answer = await till.post(f"/api/orders/{order_id}/returns/", json=body)
    assert answered(answer) == (
        400,
        {
            "items": [
                {
                    "product_id": ["A valid integer is required."],
                    "quantity": ["Ensure this value is greater than or equal to 1."],
                    "disposition": ['"BURN" is not a valid choice.'],
                }
            ],
            "reason": ["This field is required."],
            "refunds": [
                {
                    "payment_method": ['"GOLD" is not a valid choice.'],
                    "amount": ["Ensure this value is greater than or equal to 0."],
                }
            ],
        },
    )


async def test_a_list_without_returned_goods_costs_no_further_statement(
    till: AsyncClient, deps: Deps
) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    with counted_statements() as before:
        await till.get("/api/orders/?count=none")
    await returned(till, order_id)
    with counted_statements() as after:
        await till.get("/api/orders/?count=none")
    assert len(after) == len(before) + 1
