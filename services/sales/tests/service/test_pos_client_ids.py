"""POST /api/orders/ with the till's own id of the sale (contract §8.6)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import an_order, cancel, count_orders, pay, placed
from services.sales.tests.fakes import FakeStock, Folios

CLIENT_ID = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
TAKEN = {"client_id": ["Esta venta ya se registró con otros productos, cantidades o descuentos."]}


async def sell(till: AsyncClient, *items: tuple[int, int], **more: Any) -> Response:
    key = more.pop("key", None)
    body = {**an_order(*items), "client_id": CLIENT_ID, **more}
    return await till.post("/api/orders/", json=body, headers=key and {"Idempotency-Key": key})


async def test_the_sale_keeps_the_tills_id_and_its_printed_folio(till: AsyncClient) -> None:
    sold = await sell(till)
    assert sold.status_code == 201
    assert (sold.json()["client_id"], sold.json()["ticket_folio"]) == (CLIENT_ID, "F47AC10B")
    assert sold.json()["flags"] == []
    assert (await till.get(f"/api/orders/{sold.json()['id']}/")).json() == sold.json()


async def test_an_order_without_the_tills_id_has_none(till: AsyncClient) -> None:
    assert (await placed(till))["client_id"] is None


async def test_the_same_sale_again_is_the_same_order(till: AsyncClient, deps: Deps, stock: FakeStock) -> None:
    first = await sell(till, (15, 2), (20, 1))
    again = await sell(till, (20, 1), (15, 1), (15, 1))
    assert (again.status_code, again.json()) == (200, first.json())
    assert stock.products[15].stock == 998
    assert await count_orders(deps.database) == 1
    assert len(await events_in_outbox(deps.database, "sales.order_created.v1")) == 1


@pytest.mark.parametrize("items", [((15, 2),), ((20, 1),), ((15, 1), (20, 1))])
async def test_the_same_id_with_other_lines_is_refused(
    till: AsyncClient, stock: FakeStock, items: tuple[tuple[int, int], ...]
) -> None:
    await sell(till)
    answer = await sell(till, *items)
    assert (answer.status_code, answer.json()) == (400, TAKEN)
    assert (stock.products[15].stock, stock.products[20].stock) == (999, 1_000)


async def test_the_same_sale_again_is_found_while_catalog_is_away(
    till: AsyncClient, stock: FakeStock
) -> None:
    first = await sell(till)
    stock.down = True
    assert (await sell(till)).json() == first.json()


async def test_the_same_sale_again_shows_the_order_as_it_is_now(till: AsyncClient) -> None:
    sold = (await sell(till)).json()
    await pay(till, sold["id"])
    assert (await sell(till)).json()["status"] == "PAID"


async def test_a_cancelled_sale_stays_cancelled(till: AsyncClient, stock: FakeStock) -> None:
    sold = (await sell(till)).json()
    await cancel(till, sold["id"])
    again = await sell(till)
    assert (again.status_code, again.json()["status"], stock.products[15].stock) == (200, "CANCELLED", 1_000)


async def test_the_same_sale_16_times_at_once_is_one_order(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    answers = await asyncio.gather(*(sell(till) for _ in range(16)))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert await count_orders(deps.database) == 1
    assert stock.products[15].stock == 999


async def test_two_sales_with_one_id_at_once_are_one_order_and_a_refusal(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    answers = await asyncio.gather(sell(till, (15, 1)), sell(till, (15, 2)))
    assert sorted(answer.status_code for answer in answers) == [201, 400]
    assert TAKEN in [answer.json() for answer in answers]
    (order,) = (answer.json() for answer in answers if answer.status_code == 201)
    assert stock.products[15].stock == 1_000 - order["items"][0]["quantity"]


async def test_a_till_that_restarts_while_it_sells_the_last_piece_hears_of_its_sale_when_it_asks_again(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[15].stock = 1
    before, after = await asyncio.gather(sell(till, key="before"), sell(till, key="after the restart"))
    told = {answer.status_code: answer for answer in (before, after)}
    assert told.keys() in ({201, 200}, {201, 400})
    again = await sell(till, key="once more")
    assert (again.status_code, again.json()) == (200, told[201].json())
    assert (stock.products[15].stock, await count_orders(deps.database)) == (0, 1)


async def test_a_repeat_with_its_key_gets_the_first_answer(till: AsyncClient, deps: Deps) -> None:
    first = await sell(till, key="sale-1")
    again = await sell(till, key="sale-1")
    other_key = await sell(till, key="sale-2")
    assert (again.status_code, again.content) == (201, first.content)
    assert (other_key.status_code, other_key.json()) == (200, first.json())
    assert await count_orders(deps.database) == 1


async def test_a_repeat_with_its_key_after_a_crash_before_the_answer_has_created_the_order(
    till: AsyncClient, deps: Deps
) -> None:
    first = await sell(till, key="sale-1")
    await lose_answers(deps.database)
    again = await sell(till, key="sale-1")
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_folio_that_another_order_has_is_replaced_for_review(
    till: AsyncClient, folios: Folios
) -> None:
    folios.next = ["F47AC10B", "0A0B0C0D"]
    await placed(till)
    sold = await sell(till)
    assert (sold.status_code, sold.json()["ticket_folio"]) == (201, "0A0B0C0D")
    assert sold.json()["flags"] == ["FOLIO_CHANGED"]
    assert (await sell(till)).json() == sold.json()
    flagged = await till.get("/api/orders/", params={"flag": "FOLIO_CHANGED", "reviewed": "false"})
    assert [order["id"] for order in flagged.json()] == [sold.json()["id"]]


async def test_a_refused_sale_can_be_sent_again(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15].stock = 0
    assert (await sell(till)).status_code == 400
    stock.products[15].stock = 1
    assert (await sell(till)).status_code == 201


@pytest.mark.parametrize("client_id", ["F47AC10B", 7, ""])
async def test_an_id_that_is_no_uuid_is_refused(till: AsyncClient, client_id: object) -> None:
    answer = await sell(till, client_id=client_id)
    assert (answer.status_code, answer.json()) == (400, {"client_id": ["Must be a valid UUID."]})
