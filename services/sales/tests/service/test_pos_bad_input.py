"""Requests of a broken or hostile client get a clear 400 and allocate no stock."""

from decimal import Decimal

from httpx import AsyncClient

from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, an_order, count_orders, placed
from services.sales.tests.fakes import FakeStock, Product

A_LINE = {"product_id": 15, "quantity": 1}


async def test_a_bad_order_names_its_fields_and_takes_no_stock(till: AsyncClient, stock: FakeStock) -> None:
    body = {"items": [A_LINE, {"product_id": 15, "quantity": 0}], "customer": -1}
    answer = await till.post("/api/orders/", json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "items": [{}, {"quantity": ["Ensure this value is greater than or equal to 1."]}],
            "customer": ['Invalid pk "-1" - object does not exist.'],
        },
    )
    assert stock.asked == []


async def test_a_quantity_beyond_all_numbers_is_400(till: AsyncClient, deps: Deps) -> None:
    body = b'{"items": [{"product_id": 15, "quantity": 1e400}]}'
    answer = await till.post("/api/orders/", content=body)
    assert answer.status_code == 400
    assert await count_orders(deps.database) == 0


async def test_the_longest_ticket_is_sold(till: AsyncClient, stock: FakeStock) -> None:
    stock.products = dict.fromkeys(range(1, 501), stock.products[15])
    order = await placed(till, *((product_id, 2) for product_id in range(1, 501)))
    assert (len(order["items"]), order["final_amount"]) == (500, "116000.00")


DEAREST_TICKET = [(15, 1_000_000)] * 500


async def test_the_dearest_ticket_is_refused(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15] = Product("Oro", price=Decimal("9999999999.99"), stock=10**12)
    answer = await till.post("/api/orders/", json=an_order(*DEAREST_TICKET))
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["El total de la orden es demasiado grande."]}


async def test_the_dearest_ticket_that_is_given_away_fits(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15] = Product(
        "Oro", price=Decimal("9999999999.99"), stock=10**12, promotion=a_promotion("100.00")
    )
    order = await placed(till, *DEAREST_TICKET)
    assert (order["final_amount"], order["money_saved_total"]) == ("0.00", "4999999999995000000.00")


async def test_unknown_and_read_only_fields_are_ignored(till: AsyncClient) -> None:
    body = {**an_order(), "id": 77, "status": "PAID", "final_amount": "0.01", "gift": True}
    order = (await till.post("/api/orders/", json=body)).json()
    assert (order["id"], order["status"], order["final_amount"]) == (1, "PENDING", "116.00")


async def test_an_unknown_customer_is_reported_beside_a_bad_line(till: AsyncClient, stock: FakeStock) -> None:
    body = {"items": [{"product_id": 15, "quantity": 0}], "customer": 999}
    answer = await till.post("/api/orders/", json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "items": [{"quantity": ["Ensure this value is greater than or equal to 1."]}],
            "customer": ['Invalid pk "999" - object does not exist.'],
        },
    )
    assert stock.asked == []
