"""Returns at the STORE door (STORE 37-42, contract §4)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import Answer, answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.locks import until_waiting
from libs.testing.outbox import events_in_outbox
from libs.testing.statements import counted_statements
from libs.testing.store import NOT_ADMIN
from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, checked_out, led_to
from services.sales.tests.fakes import FakeStock, Product
from services.sales.tests.web_orders import invoice_status, no_step

KEY = {"Idempotency-Key": "return-1"}
COLA, BREAD = 15, 20
NOW = "2026-03-02T18:00:00Z"
WAY = ("confirmed", "processing", "shipped", "delivered")

ADMIN_ONLY: Answer = (403, NOT_ADMIN)
NOT_YOURS: Answer = (403, {"error": "Access denied"})
NOT_FOUND: Answer = (404, {"error": "Return not found"})


def an_item(product_id: int = BREAD, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"product_id": product_id, "quantity": quantity, "reason": "Producto llegó dañado", **more}


async def ask(who: AsyncClient, order_id: int, *items: dict[str, Any], **more: Any) -> Response:
    headers = more.pop("headers", None)
    body = {"order_id": order_id, "items": [*(items or (an_item(),))], **more}
    return await who.post("/sales/returns", json=body, headers=headers)


async def requested(who: AsyncClient, order_id: int, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await ask(who, order_id, *items, **more)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()["return"]
    return shown


async def lead(admin: AsyncClient, return_id: int, *statuses: str) -> Response:
    for status in statuses:
        answer = await admin.patch(f"/sales/returns/{return_id}/status", json={"status": status})
    return answer


async def processed(admin: AsyncClient, return_id: int) -> None:
    answer = await lead(admin, return_id, "approved", "processed")
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def order_id(shopper: AsyncClient, admin: AsyncClient) -> int:
    """A delivered order of shopper 1: 5 pieces of bread at 10.00, 2 of cola at 116.00."""
    order = (await checked_out(shopper, (BREAD, 5), (COLA, 2)))["order"]
    await led_to(admin, order["id"], *WAY)
    order_id: int = order["id"]
    return order_id


class TestRequest:
    async def test_a_return_is_requested_as_documented(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        order_id = (await checked_out(shopper, (BREAD, 5), (COLA, 2)))["order"]["id"]
        await led_to(admin, order_id, *WAY)
        answer = await ask(
            shopper,
            order_id,
            an_item(BREAD, 2, refund_amount=15.99),
            {"product_id": COLA, "quantity": 1, "reason": "Producto equivocado", "disposition": "discard"},
            status="requested",
        )
        assert answered(answer) == (
            201,
            {
                "message": "Return request created successfully",
                "return": {
                    "id": 1,
                    "order_id": order_id,
                    "user_id": 1,
                    "username": "johndoe",
                    "reason": "Producto llegó dañado",
                    "status": "requested",
                    "items": [
                        {
                            "id": 1,
                            "product_id": BREAD,
                            "product_name": "Pan",
                            "quantity": 2,
                            "unit_price": 10.0,
                            "reason": "Producto llegó dañado",
                            "refund_amount": 15.99,
                            "disposition": "restock",
                        },
                        {
                            "id": 2,
                            "product_id": COLA,
                            "product_name": "Coca Cola",
                            "quantity": 1,
                            "unit_price": 116.0,
                            "reason": "Producto equivocado",
                            "refund_amount": 116.0,
                            "disposition": "discard",
                        },
                    ],
                    "total": 131.99,
                    "total_refund": 131.99,
                    "created_at": NOW,
                    "updated_at": NOW,
                },
            },
        )

    async def test_a_request_is_published_once(self, shopper: AsyncClient, deps: Deps, order_id: int) -> None:
        await requested(shopper, order_id, an_item(BREAD, 2))
        row = await deps.database.fetch_dicts("select uuid, order_id from returns")
        order_uuid = await deps.database.fetch_value("select uuid from orders")
        assert await events_in_outbox(deps.database, "sales.return_requested.v1") == [
            (
                "sales.return_requested.v1",
                f"order/{order_uuid}",
                {
                    "return_uuid": str(row[0]["uuid"]),
                    "return_id": 1,
                    "order_uuid": str(order_uuid),
                    "order_id": order_id,
                    "channel": "WEB",
                    "user_id": 1,
                    "lines": [
                        {
                            "product_id": BREAD,
                            "product_name": "Pan",
                            "quantity": 2,
                            "refund_amount": "20.00",
                            "disposition": "restock",
                            "reason": "Producto llegó dañado",
                        }
                    ],
                    "refund_amount": "20.00",
                    "requested_at": NOW,
                },
            )
        ]

    async def test_pieces_are_counted_not_lines(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        """t01."""
        first = await requested(shopper, order_id, an_item(BREAD, 2))
        assert first["total"] == 20.0
        await requested(shopper, order_id, an_item(BREAD, 3))
        too_many = "Of 'Pan' 0 can be returned, not 1"
        assert answered(await ask(shopper, order_id, an_item(BREAD, 1))) == (
            400,
            {"error": too_many, "fields": {"items": [too_many]}},
        )
        await lead(admin, first["id"], "rejected")
        await requested(shopper, order_id, an_item(BREAD, 2))
        answer = await ask(shopper, order_id, an_item(BREAD, 1))
        assert (answer.status_code, answer.headers["X-Error-Code"]) == (400, "too_many_returned")

    async def test_a_deleted_return_gives_its_pieces_back_unless_it_was_processed(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        for is_processed, answer_to_more in ((False, 201), (True, 400)):
            shown = await requested(shopper, order_id, an_item(COLA, 2))
            if is_processed:
                await processed(admin, shown["id"])
            await admin.delete(f"/sales/returns/{shown['id']}")
            again = await ask(shopper, order_id, an_item(COLA, 2))
            assert again.status_code == answer_to_more
            if not is_processed:
                await admin.delete(f"/sales/returns/{again.json()['return']['id']}")

    @pytest.mark.parametrize("status", ["pending", "cancelled"])
    async def test_an_order_that_is_pending_or_cancelled_is_not_returned(
        self, shopper: AsyncClient, status: str
    ) -> None:
        order = (await checked_out(shopper))["order"]
        if status == "cancelled":
            await shopper.post(f"/sales/orders/{order['id']}/cancel")
        assert answered(await ask(shopper, order["id"])) == (
            400,
            {"error": f"An order that is {status} cannot be returned"},
        )

    @pytest.mark.parametrize("status", ["confirmed", "processing", "shipped"])
    async def test_an_order_is_returned_from_its_confirmation_on(
        self, shopper: AsyncClient, admin: AsyncClient, status: str
    ) -> None:
        order = (await checked_out(shopper))["order"]
        steps = ["confirmed", "processing", "shipped"]
        await led_to(admin, order["id"], *steps[: steps.index(status) + 1])
        await requested(shopper, order["id"])

    async def test_all_that_is_wrong_with_the_items_is_told_at_once(
        self, shopper: AsyncClient, order_id: int
    ) -> None:
        answer = await ask(
            shopper,
            order_id,
            an_item(99),
            an_item(BREAD, 6),
            an_item(COLA, 1, refund_amount=116.01),
        )
        wrong = [
            "Product 99 is not in this order",
            "Of 'Pan' 5 can be returned, not 6",
            "The refund of 'Coca Cola' is at most 116.00",
        ]
        assert answered(answer) == (400, {"error": wrong[0], "fields": {"items": wrong}})

    async def test_a_refund_may_be_computed_by_a_page(self, shopper: AsyncClient, order_id: int) -> None:
        shown = await requested(shopper, order_id, an_item(BREAD, 3, refund_amount=9.95 * 3))
        assert shown["total_refund"] == 29.85

    async def test_a_product_is_named_once(self, shopper: AsyncClient, order_id: int) -> None:
        answer = await ask(shopper, order_id, an_item(), an_item())
        assert (answer.status_code, answer.headers["X-Error-Code"]) == (400, "product_twice")
        assert answer.json()["product_id"] == BREAD

    @pytest.mark.parametrize(
        ("item", "field"),
        [
            ({"product_id": 0}, "items.0.product_id"),
            ({"quantity": 0}, "items.0.quantity"),
            ({"quantity": 101}, "items.0.quantity"),
            ({"reason": " "}, "items.0.reason"),
            ({"reason": "x" * 501}, "items.0.reason"),
            ({"refund_amount": 0}, "items.0.refund_amount"),
            ({"refund_amount": 1.001}, "items.0.refund_amount"),
            ({"disposition": "burn"}, "items.0.disposition"),
        ],
    )
    async def test_a_malformed_item_is_named(
        self, shopper: AsyncClient, item: dict[str, Any], field: str
    ) -> None:
        answer = await ask(shopper, 1, {**an_item(), **item})
        assert (answer.status_code, [*answer.json()["fields"]]) == (400, [field])

    async def test_the_largest_return_has_50_products_of_100_pieces(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock
    ) -> None:
        stock.products |= {number: Product() for number in range(100, 150)}
        order = (await checked_out(shopper, *[(number, 100) for number in range(100, 150)]))["order"]
        await led_to(admin, order["id"], "confirmed")
        items = [an_item(number, 100, reason="x" * 500) for number in range(100, 150)]
        answer = await ask(shopper, order["id"], *items, an_item(99))
        assert (answer.status_code, [*answer.json()["fields"]]) == (400, ["items"])
        assert (await requested(shopper, order["id"], *items))["total_refund"] == order["total"]

    async def test_what_was_free_comes_back_without_a_refund(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock
    ) -> None:
        stock.products[BREAD].promotion = a_promotion("100")
        order = (await checked_out(shopper, (BREAD, 3)))["order"]
        assert order["total"] == 0.0
        await led_to(admin, order["id"], "confirmed")
        answer = await ask(shopper, order["id"], an_item(BREAD, 3, refund_amount=0.01))
        wrong = "The refund of 'Pan' is at most 0.00"
        assert answered(answer) == (400, {"error": wrong, "fields": {"items": [wrong]}})
        free = await requested(shopper, order["id"], an_item(BREAD, 3))
        assert (free["total_refund"], free["items"][0]["refund_amount"]) == (0.0, 0.0)
        await processed(admin, free["id"])
        assert await invoice_status(deps.database, order["id"]) == "refunded"

    async def test_the_price_paid_is_refunded_whatever_the_product_costs_now(
        self, shopper: AsyncClient, stock: FakeStock, order_id: int
    ) -> None:
        stock.products[BREAD].price *= 2
        del stock.products[COLA]
        back = await requested(shopper, order_id, an_item(BREAD, 2), an_item(COLA, 1))
        assert [(line["product_name"], line["refund_amount"]) for line in back["items"]] == [
            ("Pan", 20.0),
            ("Coca Cola", 116.0),
        ]

    async def test_an_order_and_items_are_required(self, shopper: AsyncClient) -> None:
        answer = await shopper.post("/sales/returns", json={"status": "lost"})
        assert (answer.status_code, {*answer.json()["fields"]}) == (400, {"order_id", "items", "status"})

    async def test_an_unknown_order_is_404(self, shopper: AsyncClient) -> None:
        assert answered(await ask(shopper, 99)) == (404, {"error": "Order not found"})

    async def test_a_deleted_order_is_404(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        await admin.delete(f"/sales/orders/{order_id}")
        assert (await ask(shopper, order_id)).status_code == 404

    async def test_an_order_of_the_till_is_404(self, till: AsyncClient, admin: AsyncClient) -> None:
        order = (
            await till.post("/api/orders/", json={"items": [{"product_id": BREAD, "quantity": 1}]})
        ).json()
        assert (await ask(admin, order["id"])).status_code == 404

    async def test_somebody_else_s_order_is_403(self, other_shopper: AsyncClient, order_id: int) -> None:
        assert answered(await ask(other_shopper, order_id)) == NOT_YOURS

    async def test_an_admin_returns_for_the_buyer(self, admin: AsyncClient, order_id: int) -> None:
        shown = await requested(admin, order_id)
        assert (shown["user_id"], shown["username"]) == (1, "johndoe")

    @pytest.mark.parametrize("status", ["approved", "rejected", "processed"])
    async def test_only_an_admin_begins_with_another_status(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int, status: str
    ) -> None:
        assert answered(await ask(shopper, order_id, status=status)) == ADMIN_ONLY
        assert (await requested(admin, order_id, status=status))["status"] == status

    async def test_a_return_that_begins_as_processed_brings_its_goods_back_once(
        self, admin: AsyncClient, deps: Deps, stock: FakeStock, order_id: int
    ) -> None:
        await requested(admin, order_id, an_item(BREAD, 2), status="processed", headers=KEY)
        assert stock.products[BREAD].stock == 997
        await lose_answers(deps.database)
        stock.taken_back.clear()
        assert (
            await ask(admin, order_id, an_item(BREAD, 2), status="processed", headers=KEY)
        ).status_code == 201
        assert len(stock.taken_back) == 1
        assert len(await events_in_outbox(deps.database, "sales.return_processed.v1")) == 1

    async def test_a_repeat_with_the_same_key_gets_the_first_answer(
        self, shopper: AsyncClient, order_id: int
    ) -> None:
        first = await ask(shopper, order_id, an_item(BREAD, 5), headers=KEY)
        again = await ask(shopper, order_id, an_item(BREAD, 5), headers=KEY)
        assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"

    async def test_a_repeat_after_a_crash_before_the_answer_gets_the_return(
        self, shopper: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        first = await ask(shopper, order_id, an_item(BREAD, 5), headers=KEY)
        await lose_answers(deps.database)
        again = await ask(shopper, order_id, an_item(BREAD, 5), headers=KEY)
        assert (again.status_code, again.json()) == (201, first.json())
        assert await deps.database.fetch_value("select count(*) from returns") == 1

    async def test_the_same_key_with_another_body_is_422(self, shopper: AsyncClient, order_id: int) -> None:
        await ask(shopper, order_id, headers=KEY)
        assert (await ask(shopper, order_id, an_item(BREAD, 2), headers=KEY)).status_code == 422

    async def test_of_32_at_once_no_more_come_back_than_were_bought(
        self, shopper: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        answers = await asyncio.gather(*(ask(shopper, order_id, an_item(BREAD, 1)) for _ in range(32)))
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [400] * 27
        assert await deps.database.fetch_value("select sum(quantity) from return_lines") == 5

    async def test_a_request_costs_as_many_statements_for_two_products_as_for_one(
        self, shopper: AsyncClient, order_id: int
    ) -> None:
        with counted_statements() as one:
            await requested(shopper, order_id, an_item(BREAD))
        with counted_statements() as two:
            await requested(shopper, order_id, an_item(BREAD), an_item(COLA))
        assert len(one) == len(two) <= 8


class TestRead:
    async def test_a_return_is_shown_as_documented(self, shopper: AsyncClient, order_id: int) -> None:
        shown = await requested(shopper, order_id)
        del shown["total"]
        assert answered(await shopper.get(f"/sales/returns/{shown['id']}")) == (200, shown)

    async def test_a_shopper_lists_their_own_and_an_admin_all_newest_first(
        self, shopper: AsyncClient, other_shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        other = (await checked_out(other_shopper, user_id=2))["order"]
        await led_to(admin, other["id"], "confirmed")
        mine, theirs = await requested(shopper, order_id), await requested(other_shopper, other["id"])
        for who, ids in ((shopper, [mine["id"]]), (admin, [theirs["id"], mine["id"]])):
            answer = await who.get("/sales/returns")
            assert answer.json()["total_returns"] == len(ids)
            assert [shown["id"] for shown in answer.json()["returns"]] == ids
            assert answer.headers["X-Total-Count"] == str(len(ids))
        del mine["total"]
        assert (await shopper.get("/sales/returns")).json()["returns"] == [mine]

    async def test_a_list_has_pages_that_a_cursor_leads_through(
        self, shopper: AsyncClient, order_id: int
    ) -> None:
        ids = [(await requested(shopper, order_id))["id"] for _ in range(3)]
        first = await shopper.get("/sales/returns", params={"limit": 2})
        assert (first.json()["total_returns"], len(first.json()["returns"])) == (3, 2)
        following = first.links["next"]["url"]
        second = await shopper.get(f"/sales/returns{following}")
        assert [shown["id"] for shown in second.json()["returns"]] == ids[:1]

    async def test_a_list_is_filtered_by_status(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        approved, _ = await requested(shopper, order_id), await requested(shopper, order_id)
        await lead(admin, approved["id"], "approved")
        answer = await admin.get("/sales/returns", params={"status": "approved"})
        assert answer.json()["total_returns"] == 1
        assert [shown["id"] for shown in answer.json()["returns"]] == [approved["id"]]

    async def test_an_unknown_status_in_the_filter_is_400(self, shopper: AsyncClient) -> None:
        answer = await shopper.get("/sales/returns", params={"status": "lost"})
        assert (answer.status_code, [*answer.json()["fields"]]) == (400, ["status"])

    async def test_a_list_costs_two_statements(self, shopper: AsyncClient, order_id: int) -> None:
        for _ in range(3):
            await requested(shopper, order_id)
        with counted_statements() as statements:
            await shopper.get("/sales/returns", params={"limit": 2})
        assert len(statements) == 2

    async def test_notes_are_for_admins(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        path = f"/sales/returns/{shown['id']}"
        await admin.put(path, json={"admin_notes": "Twice this month"})
        seen = [(await who.get(path)).json() for who in (shopper, admin)]
        listed = [(await who.get("/sales/returns")).json()["returns"] for who in (shopper, admin)]
        assert listed == [[one] for one in seen]
        assert "admin_notes" not in seen[0]
        assert seen[1]["admin_notes"] == "Twice this month"

    async def test_somebody_else_s_return_is_403(
        self, shopper: AsyncClient, other_shopper: AsyncClient, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        assert answered(await other_shopper.get(f"/sales/returns/{shown['id']}")) == NOT_YOURS

    async def test_an_unknown_return_is_404(self, shopper: AsyncClient) -> None:
        assert answered(await shopper.get("/sales/returns/99")) == NOT_FOUND


class TestChange:
    async def test_a_change_is_answered_as_documented(
        self, shopper: AsyncClient, admin: AsyncClient, clock: FakeClock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        clock.advance(minutes=30)
        notes = "Refund approved, product will be restocked"
        answer = await admin.put(
            f"/sales/returns/{shown['id']}", json={"status": "approved", "admin_notes": notes}
        )
        assert answered(answer) == (
            200,
            {
                "message": "Return updated successfully",
                "return": {
                    "id": shown["id"],
                    "status": "approved",
                    "admin_notes": notes,
                    "updated_at": "2026-03-02T18:30:00Z",
                },
            },
        )

    async def test_a_step_is_answered_as_documented_and_published(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, clock: FakeClock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        clock.advance(minutes=30)
        assert answered(await lead(admin, shown["id"], "approved")) == (
            200,
            {
                "message": "Return status updated successfully",
                "return": {
                    "id": shown["id"],
                    "status": "approved",
                    "admin_notes": None,
                    "updated_at": "2026-03-02T18:30:00Z",
                },
            },
        )
        seen = (await shopper.get(f"/sales/returns/{shown['id']}")).json()
        assert (seen["created_at"], seen["updated_at"]) == (NOW, "2026-03-02T18:30:00Z")
        (event,) = await events_in_outbox(deps.database, "sales.return_changed.v1")
        assert (event.data["return_id"], event.data["status"]) == (shown["id"], "approved")

    @pytest.mark.parametrize(
        ("before", "wanted"),
        [
            ((), "processed"),
            ((), "requested"),
            (("approved",), "approved"),
            (("approved",), "rejected"),
            (("rejected",), "approved"),
            (("approved", "processed"), "processed"),
            (("approved", "processed"), "requested"),
        ],
    )
    async def test_a_step_that_does_not_exist_is_400(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int, before: tuple[str, ...], wanted: str
    ) -> None:
        shown = await requested(shopper, order_id)
        if before:
            await lead(admin, shown["id"], *before)
        current = before[-1] if before else "requested"
        refused = no_step(current, wanted)
        assert answered(await lead(admin, shown["id"], wanted)) == refused
        put = await admin.put(f"/sales/returns/{shown['id']}", json={"status": wanted, "admin_notes": "x"})
        assert answered(put) == refused
        assert (await admin.get(f"/sales/returns/{shown['id']}")).json()["admin_notes"] is None

    async def test_what_a_change_leaves_out_stays(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        path = f"/sales/returns/{(await requested(shopper, order_id))['id']}"
        await admin.put(path, json={"admin_notes": "Checked"})
        answer = await admin.put(path, json={})
        assert answer.json()["return"]["admin_notes"] == "Checked"
        answer = await admin.put(path, json={"admin_notes": " "})
        assert answer.json()["return"]["admin_notes"] is None

    async def test_a_change_is_of_its_return_and_products_alone(
        self, shopper: AsyncClient, admin: AsyncClient, clock: FakeClock, order_id: int
    ) -> None:
        both = (an_item(BREAD), an_item(COLA))
        changed, other = [(await requested(shopper, order_id, *both))["id"] for _ in range(2)]
        clock.advance(minutes=30)
        body = {"admin_notes": "Roto", "items": [{"product_id": BREAD, "disposition": "discard"}]}
        answer = await admin.put(f"/sales/returns/{changed}", json=body)
        assert answer.json()["return"]["updated_at"] == "2026-03-02T18:30:00Z"
        for return_id, notes, bread in ((changed, "Roto", "discard"), (other, None, "restock")):
            seen = (await admin.get(f"/sales/returns/{return_id}")).json()
            goes = {item["product_id"]: item["disposition"] for item in seen["items"]}
            assert (seen["admin_notes"], goes) == (notes, {BREAD: bread, COLA: "restock"})

    async def test_an_admin_says_where_the_goods_go_until_the_return_is_closed(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, order_id: int
    ) -> None:
        path = f"/sales/returns/{(await requested(shopper, order_id))['id']}"
        await admin.put(path, json={"status": "approved"})
        discarded = [{"product_id": BREAD, "disposition": "discard"}]
        answer = await admin.put(path, json={"status": "processed", "items": discarded})
        assert answer.status_code == 200
        assert stock.products[BREAD].stock == 995
        assert (await admin.get(path)).json()["items"][0]["disposition"] == "discard"
        refused = await admin.put(path, json={"items": discarded})
        assert (refused.status_code, refused.headers["X-Error-Code"]) == (400, "return_closed")

    async def test_a_product_that_is_not_in_the_return_is_400(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        path = f"/sales/returns/{(await requested(shopper, order_id))['id']}"
        wrong = "Product 15 is not in this return"
        answer = await admin.put(path, json={"items": [{"product_id": COLA, "disposition": "discard"}]})
        assert answered(answer) == (400, {"error": wrong, "fields": {"items": [wrong]}})

    @pytest.mark.parametrize("body", [{"status": "lost"}, {"status": None}, {}])
    async def test_a_bad_status_is_400(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int, body: dict[str, Any]
    ) -> None:
        shown = await requested(shopper, order_id)
        answer = await admin.patch(f"/sales/returns/{shown['id']}/status", json=body)
        assert (answer.status_code, [*answer.json()["fields"]]) == (400, ["status"])


class TestProcess:
    async def test_when_processed_is_answered_the_goods_are_back(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id, an_item(BREAD, 2), an_item(COLA, 1, disposition="discard"))
        await processed(admin, shown["id"])
        assert (stock.products[BREAD].stock, stock.products[COLA].stock) == (997, 998)
        return_uuid: UUID = await deps.database.fetch_value("select uuid from returns")
        order_uuid: UUID = await deps.database.fetch_value("select uuid from orders")
        told_order, user_id, lines = stock.taken_back[return_uuid]
        assert (told_order, user_id) == (order_uuid, 1)
        assert [(line.product_id, line.quantity, line.disposition) for line in lines] == [
            (BREAD, 2, "restock"),
            (COLA, 1, "discard"),
        ]

    async def test_processing_is_published_once(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id, an_item(BREAD, 2, refund_amount=15))
        await processed(admin, shown["id"])
        (event,) = await events_in_outbox(deps.database, "sales.return_processed.v1")
        row = (await deps.database.fetch_dicts("select uuid from returns"))[0]
        order_uuid = await deps.database.fetch_value("select uuid from orders")
        assert event.subject == f"order/{order_uuid}"
        assert event.data == {
            "return_uuid": str(row["uuid"]),
            "return_id": shown["id"],
            "order_uuid": str(order_uuid),
            "order_id": order_id,
            "channel": "WEB",
            "user_id": 1,
            "lines": [
                {
                    "product_id": BREAD,
                    "product_name": "Pan",
                    "quantity": 2,
                    "refund_amount": "15.00",
                    "disposition": "restock",
                }
            ],
            "refund_amount": "15.00",
            "is_everything_back": False,
            "processed_at": NOW,
        }

    async def test_while_catalog_is_away_the_answer_is_the_same_and_the_event_brings_the_goods_back(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        stock.down = True
        await processed(admin, shown["id"])
        assert stock.products[BREAD].stock == 995
        assert len(await events_in_outbox(deps.database, "sales.return_processed.v1")) == 1

    async def test_of_8_at_once_one_processes(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id)
        await lead(admin, shown["id"], "approved")
        answers = await asyncio.gather(*(lead(admin, shown["id"], "processed") for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
        assert stock.products[BREAD].stock == 996
        assert len(await events_in_outbox(deps.database, "sales.return_processed.v1")) == 1

    @pytest.mark.parametrize("is_paid", [True, False])
    async def test_the_invoice_is_refunded_when_all_that_was_bought_has_come_back(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int, *, is_paid: bool
    ) -> None:
        if is_paid:
            await deps.database.execute("update invoices set status = 'paid', paid_at = now()")
        before = await invoice_status(deps.database, order_id)
        for items, refunded in (
            ([an_item(BREAD, 5)], False),
            ([an_item(COLA, 1)], False),
            ([an_item(COLA, 1)], True),
        ):
            shown = await requested(shopper, order_id, *items)
            await processed(admin, shown["id"])
            assert await invoice_status(deps.database, order_id) == ("refunded" if refunded else before)
        told = await events_in_outbox(deps.database, "sales.return_processed.v1")
        assert [event.data["is_everything_back"] for event in told] == [False, False, True]

    async def test_no_invoice_of_another_order_is_refunded(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        later_id = (await checked_out(shopper, (BREAD, 1)))["order"]["id"]
        await led_to(admin, later_id, "confirmed")
        before = await invoice_status(deps.database, order_id)
        await processed(admin, (await requested(shopper, later_id, an_item(BREAD, 1)))["id"])
        assert await invoice_status(deps.database, later_id) == "refunded"
        assert await invoice_status(deps.database, order_id) == before
        (told,) = await events_in_outbox(deps.database, "sales.invoice_changed.v1")
        later_uuid = await deps.database.fetch_value("select uuid from orders where id = %s", [later_id])
        assert (told.data["order_uuid"], told.subject) == (str(later_uuid), f"order/{later_uuid}")

    @pytest.mark.parametrize("ended", ["status = 'cancelled'", "deleted_at = now()"])
    async def test_an_invoice_that_is_cancelled_or_deleted_stays_so(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int, ended: str
    ) -> None:
        await deps.database.execute(f"update invoices set {ended}".encode())
        before = await invoice_status(deps.database, order_id)
        whole = await requested(shopper, order_id, an_item(BREAD, 5), an_item(COLA, 2))
        await processed(admin, whole["id"])
        assert await invoice_status(deps.database, order_id) == before

    async def test_a_return_that_waits_for_another_of_its_order_brings_the_rest_back(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        halves = [await requested(shopper, order_id, item) for item in (an_item(BREAD, 5), an_item(COLA, 2))]
        for half in halves:
            await lead(admin, half["id"], "approved")
        async with asyncio.TaskGroup() as tasks, deps.database.transaction() as processing:
            await processing.execute("select from orders where id = %s for update", [order_id])
            await processing.execute(
                "update returns set status = 'processed', processed_at = now() - interval '1 second' "
                "where id = %s",
                [halves[0]["id"]],
            )
            tasks.create_task(lead(admin, halves[1]["id"], "processed"))
            await until_waiting(deps.database)
        assert await invoice_status(deps.database, order_id) == "refunded"

    async def test_of_the_last_two_returns_at_once_the_later_refunds_the_invoice(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        halves = [await requested(shopper, order_id, item) for item in (an_item(BREAD, 5), an_item(COLA, 2))]
        for half in halves:
            await lead(admin, half["id"], "approved")
        await asyncio.gather(*(lead(admin, half["id"], "processed") for half in halves))
        assert await invoice_status(deps.database, order_id) == "refunded"
        told = await events_in_outbox(deps.database, "sales.return_processed.v1")
        assert sorted(event.data["is_everything_back"] for event in told) == [False, True]


class TestCancelledOrders:
    @pytest.fixture
    async def unshipped_id(self, shopper: AsyncClient, admin: AsyncClient) -> int:
        """A confirmed order of 5 pieces of bread."""
        order = (await checked_out(shopper, (BREAD, 5)))["order"]
        await led_to(admin, order["id"], "confirmed")
        unshipped_id: int = order["id"]
        return unshipped_id

    async def test_cancelling_puts_back_what_has_not_come_back_and_rejects_open_returns(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, unshipped_id: int
    ) -> None:
        back, still_open = [await requested(shopper, unshipped_id, an_item(BREAD, 2)) for _ in range(2)]
        await processed(admin, back["id"])
        assert (await shopper.post(f"/sales/orders/{unshipped_id}/cancel")).status_code == 200
        assert stock.products[BREAD].stock == 1_000
        assert (await admin.get(f"/sales/returns/{still_open['id']}")).json()["status"] == "rejected"
        assert (await lead(admin, still_open["id"], "approved")).status_code == 400

    async def test_processing_and_cancelling_at_once_put_every_piece_back_once(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, unshipped_id: int
    ) -> None:
        shown = await requested(shopper, unshipped_id, an_item(BREAD, 2))
        await lead(admin, shown["id"], "approved")
        processing, cancelling = await asyncio.gather(
            lead(admin, shown["id"], "processed"), shopper.post(f"/sales/orders/{unshipped_id}/cancel")
        )
        assert processing.status_code in {200, 400}
        assert cancelling.status_code == 200
        assert stock.products[BREAD].stock == 1_000

    async def test_what_was_shipped_can_come_back_after_its_order_was_cancelled(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, order_id: int
    ) -> None:
        shown = await requested(shopper, order_id, an_item(BREAD, 2))
        await admin.post(f"/sales/orders/{order_id}/cancel")
        await processed(admin, shown["id"])
        assert stock.products[BREAD].stock == 997


class TestDelete:
    async def test_a_deleted_return_is_nowhere_to_be_found(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        path = f"/sales/returns/{(await requested(shopper, order_id))['id']}"
        assert answered(await admin.delete(path)) == (200, {"message": "Return deleted successfully"})
        for answer in (
            await admin.get(path),
            await admin.delete(path),
            await admin.put(path, json={}),
            await admin.patch(f"{path}/status", json={"status": "approved"}),
        ):
            assert answered(answer) == NOT_FOUND
        assert (await admin.get("/sales/returns")).json() == {"total_returns": 0, "returns": []}
        (event,) = await events_in_outbox(deps.database, "sales.return_changed.v1")
        assert (event.data["status"], event.data["is_deleted"]) == ("requested", True)

    async def test_the_events_of_a_return_name_its_order(
        self, shopper: AsyncClient, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        other_id = (await checked_out(shopper, (BREAD, 1)))["order"]["id"]
        await led_to(admin, other_id, "confirmed", "processing", "shipped", "delivered")
        for each in (order_id, other_id):
            shown = await requested(shopper, each)
            await processed(admin, shown["id"])
            await admin.delete(f"/sales/returns/{shown['id']}")
        first, second = await deps.database.fetch_values("select uuid::text from orders order by id")
        for fact, subjects in (
            ("sales.return_changed.v1", [first, first, second, second]),
            ("sales.return_processed.v1", [first, second]),
        ):
            told = await events_in_outbox(deps.database, fact)
            assert [event.data["order_uuid"] for event in told] == subjects

    async def test_of_two_deletions_at_once_one_wins(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        path = f"/sales/returns/{(await requested(shopper, order_id))['id']}"
        answers = await asyncio.gather(admin.delete(path), admin.delete(path))
        assert sorted(answer.status_code for answer in answers) == [200, 404]
