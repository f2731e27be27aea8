"""POST /api/orders/."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually
from services.sales.deps import Deps
from services.sales.domain.orders import ORDER_TOTAL_MAX
from services.sales.domain.stock import Item
from services.sales.tests.builders import (
    a_buyer,
    a_promotion,
    an_order,
    count_orders,
    pay,
    placed,
)
from services.sales.tests.fakes import FakeBuyers, FakeStock, Folios, Product
from services.sales.usecases.orders.reading import find_order

KEY = {"Idempotency-Key": "sale-1"}


async def test_an_order_is_answered_as_documented(till: AsyncClient, stock: FakeStock) -> None:
    keys = {"clave_prod_serv": "50202306", "clave_unidad": "H87", "objeto_imp": "02"}
    stock.products[15] = Product(
        "Coca Cola 600ml", Decimal("91.2069"), promotion=a_promotion("5.48"), keys=keys
    )
    answer = await till.post("/api/orders/", json=an_order((15, 2), (20, 1), customer=1))
    assert (await till.get("/api/orders/1/")).json() == answer.json()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": 1,
        "ticket_folio": "00000001",
        "status": "PENDING",
        "created_at": "2026-03-02T18:00:00Z",
        "customer": 1,
        "customer_name": "Maria González",
        "user": 7,
        "subtotal": "182.42",
        "total_tax": "27.58",
        "final_amount": "210.00",
        "money_saved_total": "10.00",
        "payment_method": None,
        "payments": [],
        "cash_received": None,
        "change": None,
        "formas_pago": [],
        "invoice_code": None,
        "paid_at": None,
        "cancelled_at": None,
        "client_id": None,
        "refunded_amount": "0.00",
        "refund_status": "NONE",
        "approved_by": None,
        "layaway": None,
        "ticket_number": None,
        "flags": [],
        "review": None,
        "items": [
            {
                "product_id": 15,
                "product_name": "Coca Cola 600ml",
                "quantity": 2,
                "unit_price": "86.21",
                "tax_amount": "27.58",
                "discount_amount": "10.00",
                "amount": "172.42",
                "returnable_quantity": 0,
                "discount_percent": "5.48",
                "discount_source": "PROMOTION",
                "discount_reason": None,
                "clave_prod_serv": "50202306",
                "clave_unidad": "H87",
                "objeto_imp": "02",
            },
            {
                "product_id": 20,
                "product_name": "Pan",
                "quantity": 1,
                "unit_price": "10.00",
                "tax_amount": "0.00",
                "discount_amount": "0.00",
                "amount": "10.00",
                "returnable_quantity": 0,
                "discount_percent": None,
                "discount_source": None,
                "discount_reason": None,
                "clave_prod_serv": None,
                "clave_unidad": None,
                "objeto_imp": None,
            },
        ],
    }


async def test_a_sale_is_its_sellers(till: AsyncClient, tokens: Tokens) -> None:
    seller = tokens.bearer(role="EMPLOYEE", user_id=3)
    answer = await till.post("/api/orders/", json=an_order(), headers=seller)
    assert (answer.status_code, answer.json()["user"]) == (201, 3)


async def test_an_order_keeps_the_sellers_name_and_each_lines_tax_rate(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[20].tax_rate = "EXENT"
    order = await placed(till, (15, 1), (20, 1))
    whole = await find_order(order["id"], "POS", database=deps.database)
    assert whole.order.user_name == "employee7"
    assert [line.tax_rate for line in whole.lines] == ["0.16", "EXENT"]


async def test_an_order_of_the_version_before_has_neither_sellers_name_nor_tax_rates(
    till: AsyncClient, deps: Deps
) -> None:
    order = await placed(till)
    await deps.database.execute("update orders set user_name = null")
    await deps.database.execute("update order_lines set tax_rate = null")
    whole = await find_order(order["id"], "POS", database=deps.database)
    assert (whole.order.user_name, whole.lines[0].tax_rate) == (None, None)


async def test_an_anonymous_order_has_no_customer_name(till: AsyncClient) -> None:
    order = await placed(till)
    assert (order["customer"], order["customer_name"]) == (None, None)


async def test_the_same_product_twice_is_one_line(till: AsyncClient, stock: FakeStock) -> None:
    order = await placed(till, (15, 2), (20, 1), (15, 3))
    assert [(line["product_id"], line["quantity"]) for line in order["items"]] == [(15, 5), (20, 1)]
    assert stock.asked == [((Item(15, 5), Item(20, 1)), 7, "POS")]


async def test_an_order_is_published_once(till: AsyncClient, deps: Deps, stock: FakeStock) -> None:
    await placed(till, customer=1)
    (order_uuid,) = stock.held
    assert await events_in_outbox(deps.database, "sales.order_created.v1") == [
        (
            "sales.order_created.v1",
            f"order/{order_uuid}",
            {
                "order_uuid": str(order_uuid),
                "order_id": 1,
                "channel": "POS",
                "customer_id": 1,
                "user_id": 7,
                "final_amount": "116.00",
                "created_at": "2026-03-02T18:00:00Z",
            },
        )
    ]


async def test_a_birthday_is_a_day_of_the_store_not_of_utc(
    till: AsyncClient, buyers: FakeBuyers, clock: FakeClock
) -> None:
    clock.set(datetime(2026, 3, 3, 5, 59, tzinfo=UTC))  # still the 2nd in Mexico
    buyers.known[2] = a_buyer(2, birth_date=date(1995, 3, 2))
    order = await placed(till, customer=2)
    assert order["money_saved_total"] == "10.00"


async def test_each_short_product_has_its_message(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15].stock = 5
    stock.products[20].stock = 0
    answer = await till.post("/api/orders/", json=an_order((15, 10), (20, 1)))
    assert answer.status_code == 400
    assert answer.json() == {
        "non_field_errors": [
            "Stock insuficiente para 'Coca Cola'. Disponible: 5, Solicitado: 10",
            "Stock insuficiente para 'Pan'. Disponible: 0, Solicitado: 1",
        ]
    }


async def test_unknown_products_are_named(till: AsyncClient) -> None:
    answer = await till.post("/api/orders/", json=an_order((9, 1), (15, 1), (8, 1)))
    assert answer.status_code == 400
    assert answer.json() == {
        "items": ['Invalid pk "9" - object does not exist.', 'Invalid pk "8" - object does not exist.']
    }


async def test_an_unknown_customer_is_named(till: AsyncClient) -> None:
    answer = await till.post("/api/orders/", json=an_order(customer=99))
    assert answer.status_code == 400
    assert answer.json() == {"customer": ['Invalid pk "99" - object does not exist.']}


async def test_an_unknown_customer_and_an_unknown_product_are_refused_at_once(till: AsyncClient) -> None:
    answer = await till.post("/api/orders/", json=an_order((9, 1), customer=99))
    assert answer.json() == {
        "customer": ['Invalid pk "99" - object does not exist.'],
        "items": ['Invalid pk "9" - object does not exist.'],
    }


async def test_a_refused_order_leaves_nothing(till: AsyncClient, deps: Deps, stock: FakeStock) -> None:
    stock.products[15].stock = 0
    await till.post("/api/orders/", json=an_order())
    assert await count_orders(deps.database) == 0
    assert await events_in_outbox(deps.database, "sales.order_created.v1") == []


async def test_an_order_of_the_largest_total_is_placed(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[20].price = ORDER_TOTAL_MAX
    assert (await placed(till, (20, 1)))["final_amount"] == "999999999.99"


async def test_an_order_above_the_largest_total_is_refused_and_its_stock_goes_back(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[20].price = ORDER_TOTAL_MAX + Decimal("0.01")
    answer = await till.post("/api/orders/", json=an_order((20, 1)))
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["El total de la orden es demasiado grande."]}
    assert await count_orders(deps.database) == 0
    await eventually(lambda: stock.products[20].stock == 1_000)


async def test_a_folio_that_is_taken_is_drawn_again(till: AsyncClient, folios: Folios) -> None:
    folios.next = ["F47AC10B", "F47AC10B", "0A0B0C0D"]
    assert (await placed(till))["ticket_folio"] == "F47AC10B"
    assert (await placed(till))["ticket_folio"] == "0A0B0C0D"


async def test_an_order_stays_as_it_was_placed_whatever_changes_afterwards(
    till: AsyncClient, stock: FakeStock, buyers: FakeBuyers
) -> None:
    stock.products[15] = Product("Coca Cola 600ml", Decimal("91.2069"), promotion=a_promotion("5.48"))
    order = await placed(till, (15, 2), (20, 1), customer=1)
    stock.products[15] = Product("Otra cosa", Decimal("500.00"), tax_rate="EXENT")  # and no promotion
    del stock.products[20]
    buyers.known[1] = replace(a_buyer(1), first_name="Ana")
    assert (await till.get(f"/api/orders/{order['id']}/")).json() == order
    del buyers.known[1]
    answer = await pay(till, order["id"])
    assert answer.json()["final_amount"] == order["final_amount"] == "210.00"
    cash = {"payment_method": "CASH", "amount": "210.00", "reference": None, "card_kind": None}
    closed = {
        "status": "PAID",
        "payment_method": "CASH",
        "payments": [cash],
        "formas_pago": ["01"],
        "paid_at": answer.json()["paid_at"],
    }
    (listed,) = (await till.get("/api/orders/")).json()
    assert [item.pop("returnable_quantity") for item in listed["items"]] == [2, 1]
    assert [item.pop("returnable_quantity") for item in order["items"]] == [0, 0]
    assert len(listed.pop("invoice_code")) == len("7K2QX")
    del order["invoice_code"]
    assert listed == {**order, **closed}


async def test_a_repeat_with_the_same_key_gets_the_first_answer(till: AsyncClient, deps: Deps) -> None:
    first = await till.post("/api/orders/", json=an_order(), headers=KEY)
    again = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await count_orders(deps.database) == 1


async def test_the_same_key_with_another_body_is_422(till: AsyncClient, deps: Deps) -> None:
    await till.post("/api/orders/", json=an_order((15, 1)), headers=KEY)
    answer = await till.post("/api/orders/", json=an_order((15, 2)), headers=KEY)
    assert answer.status_code == 422
    assert await count_orders(deps.database) == 1


async def test_a_refusal_is_stored_under_its_key_too(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15].stock = 0
    first = await till.post("/api/orders/", json=an_order(), headers=KEY)
    stock.products[15].stock = 10
    again = await till.post("/api/orders/", json=an_order(), headers=KEY)
    assert (again.status_code, again.content) == (400, first.content)


async def test_32_creates_with_one_key_at_once_are_one_order(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    answers = await asyncio.gather(
        *(till.post("/api/orders/", json=an_order(), headers=KEY) for _ in range(32))
    )
    assert {(answer.status_code, answer.json()["id"]) for answer in answers} == {(201, 1)}
    assert stock.products[15].stock == 999
    assert await count_orders(deps.database) == 1


async def test_32_orders_for_the_last_10_pieces_sell_exactly_10(
    till: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[15].stock = 10
    answers = await asyncio.gather(*(till.post("/api/orders/", json=an_order()) for _ in range(32)))
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [400] * 22
    assert await count_orders(deps.database) == 10
