"""The number of statements of each request, however many orders and lines it is about."""

from collections.abc import Sequence

import pytest
from httpx import AsyncClient

from libs.testing.statements import counted_statements
from services.sales.tests.builders import an_order, paid, pay, placed
from services.sales.tests.fakes import FakeCharges, FakeStock, Product

KEY = {"Idempotency-Key": "request-1"}
CLAIM_AND_STORE = 2
"""What a key adds: the claim, and the stored answer."""


@pytest.fixture
def many(stock: FakeStock) -> Sequence[tuple[int, int]]:
    """Items of 30 products."""
    stock.products |= {product: Product() for product in range(100, 130)}
    return [(product, 1) for product in range(100, 130)]


async def test_an_order_of_any_length_is_created_by_one_statement(
    till: AsyncClient, many: Sequence[tuple[int, int]]
) -> None:
    with counted_statements() as statements:
        assert (await till.post("/api/orders/", json=an_order(*many, customer=1))).status_code == 201
    assert len(statements) == 1


async def test_a_key_adds_its_claim_and_the_stored_answer(till: AsyncClient) -> None:
    with counted_statements() as statements:
        await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert len(statements) == 1 + CLAIM_AND_STORE


async def test_cash_is_one_statement(till: AsyncClient, many: Sequence[tuple[int, int]]) -> None:
    order = await placed(till, *many, customer=1)
    with counted_statements() as statements:
        assert (await pay(till, order["id"])).status_code == 200
    assert len(statements) == 1


@pytest.mark.parametrize("method", ["POINTS", "CREDIT"])
async def test_a_balance_takes_a_look_a_start_and_a_finish(
    till: AsyncClient, charges: FakeCharges, many: Sequence[tuple[int, int]], method: str
) -> None:
    charges.points[1], charges.credit_limit[1] = 10**6, charges.credit_limit[1] * 1_000
    order = await placed(till, *many, customer=1)
    with counted_statements() as statements:
        assert (await pay(till, order["id"], method)).status_code == 200
    assert len(statements) == 3


async def test_a_refused_balance_takes_a_look_a_start_and_an_undo(till: AsyncClient) -> None:
    order = await placed(till, customer=1)
    with counted_statements() as statements:
        assert (await pay(till, order["id"], "CREDIT")).status_code == 400
    assert len(statements) == 3


async def test_a_detail_takes_the_order_and_its_lines(
    till: AsyncClient, many: Sequence[tuple[int, int]]
) -> None:
    order = await placed(till, *many)
    with counted_statements() as statements:
        await till.get(f"/api/orders/{order['id']}/")
    assert len(statements) == 2


async def test_a_list_takes_the_orders_with_their_number_and_their_lines(till: AsyncClient) -> None:
    for _ in range(12):
        await placed(till, (15, 1), (20, 1))
    with counted_statements() as statements:
        assert len((await till.get("/api/orders/?limit=10")).json()) == 10
    assert len(statements) == 2


async def test_a_ticket_takes_the_order_and_its_lines(
    till: AsyncClient, many: Sequence[tuple[int, int]]
) -> None:
    order = await paid(till, "CASH", *many, customer=1)
    with counted_statements() as statements:
        await till.get(f"/api/orders/{order['id']}/ticket/")
    assert len(statements) == 2


async def test_a_list_of_invoices_and_its_number_are_one_statement(
    admin: AsyncClient, shopper: AsyncClient
) -> None:
    for _ in range(3):
        await shopper.post("/sales/orders", json={"user_id": 1, "items": [{"product_id": 15, "quantity": 1}]})
    for query in ("?limit=2", "?limit=2&status=pending"):
        with counted_statements() as statements:
            assert len((await admin.get(f"/sales/invoices{query}")).json()["invoices"]) == 2
        assert len(statements) == 1


async def test_an_invoice_and_its_order_are_read_by_one_statement(
    shopper: AsyncClient, many: Sequence[tuple[int, int]]
) -> None:
    items = [{"product_id": product, "quantity": quantity} for product, quantity in many]
    placed = await shopper.post("/sales/orders", json={"user_id": 1, "items": items})
    with counted_statements() as statements:
        shown = await shopper.get(f"/sales/invoices/{placed.json()['invoice']['id']}")
    assert (len(statements), shown.json()["order_details"]["items_count"]) == (1, len(many))
