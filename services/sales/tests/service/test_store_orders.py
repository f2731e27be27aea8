"""Reading and leading on web orders through the STORE door (STORE 24, 25, 27, 28)."""

import asyncio
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.links import next_page
from libs.testing.outbox import events_in_outbox
from libs.testing.statements import counted_statements
from services.sales.deps import Deps
from services.sales.domain.lifecycles import WebStatus
from services.sales.tests.builders import checked_out, led_to, placed
from services.sales.tests.fakes import FakeStock, Product
from services.sales.tests.web_orders import no_step

ADDRESS = "Calle Principal #123, Colonia Centro"
ACCESS_DENIED = {"error": "Access denied"}
ORDER_NOT_FOUND = {"error": "Order not found"}
TO_SHIPPED = ("confirmed", "processing", "shipped")
WAY = ("pending", *TO_SHIPPED, "delivered")


async def listed(client: AsyncClient, **query: object) -> list[int]:
    answer = await client.get(f"/sales/orders?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return [order["id"] for order in answer.json()["orders"]]


async def test_a_shopper_reads_their_order_with_its_lines(shopper: AsyncClient, till: AsyncClient) -> None:
    await placed(till)
    await checked_out(shopper, (20, 2), (15, 1), shipping_address=ADDRESS)
    answer = await shopper.get("/sales/orders/2")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": 2,
            "user_id": 1,
            "username": "johndoe",
            "cart_id": None,
            "status": "pending",
            "total_price": 136.0,
            "shipping_address": ADDRESS,
            "items": [
                {
                    "id": 1,
                    "product_id": 20,
                    "product_name": "Pan",
                    "quantity": 2,
                    "unit_price": 10.0,
                    "amount": 20.0,
                },
                {
                    "id": 2,
                    "product_id": 15,
                    "product_name": "Coca Cola",
                    "quantity": 1,
                    "unit_price": 116.0,
                    "amount": 116.0,
                },
            ],
            "created_at": "2026-03-02T18:00:00Z",
            "updated_at": "2026-03-02T18:00:00Z",
            "shipped_at": None,
        },
    )


async def test_somebody_elses_order_is_403_but_not_to_an_admin(
    shopper: AsyncClient, other_shopper: AsyncClient, admin: AsyncClient
) -> None:
    await checked_out(shopper)
    answer = await other_shopper.get("/sales/orders/1")
    assert (answer.status_code, answer.json()) == (403, ACCESS_DENIED)
    assert (await admin.get("/sales/orders/1")).json()["username"] == "johndoe"


async def test_a_clerk_is_no_admin(shopper: AsyncClient, till: AsyncClient) -> None:
    await checked_out(shopper)
    assert (await till.get("/sales/orders/1")).status_code == 403
    assert await listed(till) == []


async def test_an_unknown_order_and_one_of_a_till_are_404(admin: AsyncClient, till: AsyncClient) -> None:
    order = await placed(till)
    for order_id in (order["id"], 99):
        answer = await admin.get(f"/sales/orders/{order_id}")
        assert (answer.status_code, answer.json()) == (404, ORDER_NOT_FOUND)
    assert await listed(admin) == []


async def test_an_order_of_the_web_is_not_the_tills_to_see(shopper: AsyncClient, till: AsyncClient) -> None:
    await checked_out(shopper)
    assert (await till.get("/api/orders/1/")).status_code == 404
    assert (await till.get("/api/orders/")).json() == []
    assert (await till.post("/api/orders/1/pay/", json={"payment_method": "CASH"})).status_code == 404
    assert (await till.post("/api/orders/1/cancel/")).status_code == 404


async def test_shoppers_list_their_own_orders_and_admins_all_newest_first(
    shopper: AsyncClient, other_shopper: AsyncClient, admin: AsyncClient, clock: FakeClock
) -> None:
    await checked_out(shopper)
    clock.advance(seconds=1)
    await checked_out(other_shopper, user_id=2)
    clock.advance(seconds=1)
    await checked_out(shopper)
    assert await listed(shopper) == [3, 1]
    assert await listed(other_shopper) == [2]
    assert await listed(admin) == [3, 2, 1]


async def test_a_list_shows_the_orders_as_their_pages_do(shopper: AsyncClient) -> None:
    await checked_out(shopper, (20, 2), (15, 1))
    answer = await shopper.get("/sales/orders")
    assert answer.json() == {"total_orders": 1, "orders": [(await shopper.get("/sales/orders/1")).json()]}


async def test_a_page_counts_all_matches_and_links_to_the_next(shopper: AsyncClient) -> None:
    for _ in range(3):
        await checked_out(shopper)
    first = await shopper.get("/sales/orders?limit=2&status=pending")
    assert (first.json()["total_orders"], first.headers["X-Total-Count"]) == (3, "3")
    assert [order["id"] for order in first.json()["orders"]] == [3, 2]
    second = await shopper.get(next_page(first) or "")
    assert [order["id"] for order in second.json()["orders"]] == [1]
    assert "total_orders" not in (await shopper.get("/sales/orders?limit=2&count=none")).json()


async def test_a_list_is_filtered_by_status(shopper: AsyncClient, admin: AsyncClient) -> None:
    for _ in range(3):
        await checked_out(shopper)
    await led_to(admin, 2, "confirmed")
    for client in (shopper, admin):
        assert await listed(client, status="confirmed") == [2]
        assert await listed(client, status="pending") == [3, 1]
        assert await listed(client, status="shipped") == []


async def test_an_unknown_status_is_400(shopper: AsyncClient) -> None:
    answer = await shopper.get("/sales/orders?status=PENDING")
    assert (answer.status_code, answer.json()["fields"]) == (
        400,
        {"status": ['"PENDING" is not a valid choice.']},
    )


async def test_a_list_takes_the_orders_with_their_number_and_their_lines(shopper: AsyncClient) -> None:
    for _ in range(4):
        await checked_out(shopper, (15, 1), (20, 1))
    with counted_statements() as statements:
        assert len(await listed(shopper, limit=3)) == 3
    assert len(statements) == 2


async def test_an_admin_leads_an_order_to_its_buyer_one_step_at_a_time(
    shopper: AsyncClient, admin: AsyncClient, clock: FakeClock, deps: Deps
) -> None:
    await checked_out(shopper)
    for status in WAY[1:]:
        clock.advance(hours=1)
        answer = await admin.patch("/sales/orders/1/status", json={"status": status})
        assert (answer.status_code, answer.json()["message"]) == (200, "Order status updated successfully")
        assert answer.json()["order"]["status"] == status
    seen = (await shopper.get("/sales/orders/1")).json()
    assert (seen["shipped_at"], seen["updated_at"]) == ("2026-03-02T21:00:00Z", "2026-03-02T22:00:00Z")
    told = await events_in_outbox(deps.database, "sales.order_status_changed.v1")
    assert [(event.data["from_status"], event.data["to_status"]) for event in told] == [*pairwise(WAY)]


@pytest.mark.parametrize("current", WAY)
async def test_every_other_step_is_refused_and_names_both_states(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps, current: str
) -> None:
    await checked_out(shopper)
    await led_to(admin, 1, *WAY[1 : WAY.index(current) + 1])
    allowed = {"cancelled", *WAY[WAY.index(current) + 1 : WAY.index(current) + 2]}
    for wanted in sorted({*WebStatus} - allowed):
        for method, path in (("PATCH", "/sales/orders/1/status"), ("PUT", "/sales/orders/1")):
            answer = await admin.request(method, path, json={"status": wanted})
            assert answered(answer) == no_step(current, wanted)
            assert answer.headers["X-Error-Code"] == "step_not_allowed"


async def test_nothing_leads_out_of_cancelled(shopper: AsyncClient, admin: AsyncClient) -> None:
    await checked_out(shopper)
    await led_to(admin, 1, "cancelled")
    for wanted in WebStatus:
        answer = await admin.patch("/sales/orders/1/status", json={"status": wanted})
        assert answered(answer) == no_step("cancelled", wanted)


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/sales/orders/99/status"), ("PUT", "/sales/orders/99")]
)
async def test_an_unknown_order_is_not_led_on(admin: AsyncClient, method: str, path: str) -> None:
    answer = await admin.request(method, path, json={"status": "confirmed"})
    assert (answer.status_code, answer.json()) == (404, ORDER_NOT_FOUND)


@pytest.mark.parametrize("body", [{}, {"status": None}, {"status": "sent"}, {"status": ["shipped"]}])
async def test_a_malformed_status_is_400(shopper: AsyncClient, admin: AsyncClient, body: object) -> None:
    await checked_out(shopper)
    answer = await admin.patch("/sales/orders/1/status", json=body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["status"])


async def test_put_takes_the_step_and_the_address_both_or_neither(
    shopper: AsyncClient, admin: AsyncClient
) -> None:
    await checked_out(shopper, shipping_address=ADDRESS)
    both = {"status": "confirmed", "shipping_address": "Avenida Juárez 12"}
    answer = await admin.put("/sales/orders/1", json=both)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "message": "Order updated successfully",
            "order": {"id": 1, **both, "updated_at": "2026-03-02T18:00:00Z"},
        },
    )
    refused = {"status": "delivered", "shipping_address": "Somewhere else"}
    assert (await admin.put("/sales/orders/1", json=refused)).status_code == 400
    assert (await admin.get("/sales/orders/1")).json()["shipping_address"] == "Avenida Juárez 12"


async def test_put_of_nothing_changes_nothing(
    shopper: AsyncClient, admin: AsyncClient, clock: FakeClock
) -> None:
    await checked_out(shopper)
    clock.advance(hours=1)
    answer = await admin.put("/sales/orders/1", json={"total_price": 1})
    assert (answer.status_code, answer.json()["order"]["updated_at"]) == (200, "2026-03-02T18:00:00Z")


@pytest.mark.parametrize("address", ["", "Here", "x" * 501, 12345678901234567890123, None])
async def test_a_malformed_address_is_400(shopper: AsyncClient, admin: AsyncClient, address: object) -> None:
    await checked_out(shopper)
    answer = await admin.put("/sales/orders/1", json={"shipping_address": address})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["shipping_address"])


@pytest.mark.parametrize("way", [TO_SHIPPED, ("cancelled",)])
async def test_the_address_of_a_shipped_or_cancelled_order_stays(
    shopper: AsyncClient, admin: AsyncClient, way: tuple[str, ...]
) -> None:
    await checked_out(shopper)
    await led_to(admin, 1, *way)
    answer = await admin.put("/sales/orders/1", json={"shipping_address": ADDRESS})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "The shipping address cannot be changed any more"},
    )


async def test_of_many_taking_the_same_step_at_once_one_wins(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    await checked_out(shopper)
    answers = await asyncio.gather(
        *(admin.patch("/sales/orders/1/status", json={"status": "confirmed"}) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert len(await events_in_outbox(deps.database, "sales.order_status_changed.v1")) == 1


async def test_names_and_prices_are_those_of_the_day_of_the_order(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    before = (await checked_out(shopper))["order"]["items"][0]
    stock.products[20] = Product("Pan dulce")
    after = (await shopper.get("/sales/orders/1")).json()["items"][0]
    assert (after["product_name"], after["unit_price"]) == (before["product_name"], before["price"])
