"""POST /api/sync/sales/: sales that tills made without a network (contract §8.6)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import a_buyer, a_promotion, cancel, count_orders, pay
from services.sales.tests.fakes import FakeBuyers, FakeStock
from services.sales.tests.shifts import a_register, close, opened, report, tenders
from services.sales.tests.synced import a_sale, folio_of, order_of, placed_with, result, results, send

CREATED, PAID = "sales.order_created.v1", "sales.order_paid.v1"


@pytest.fixture
def shift(shift: int, clock: FakeClock) -> int:
    """The register's shift, open for an hour."""
    clock.advance(hours=1)
    return shift


async def test_a_sale_is_recorded_as_it_was_sold(
    till: AsyncClient, register: int, shift: int, sold: Any, deps: Deps, stock: FakeStock
) -> None:
    sale = sold(1, (15, 2, "116.00"), (20, 3, "10.00"), cash_received="300.00")
    told = await result(till, register, sale)
    order = await order_of(till, told)
    assert told == {
        "client_id": sale["client_id"],
        "result": "created",
        "order": order["id"],
        "flags": [],
        "errors": None,
    }
    assert {
        name: order[name] for name in ("status", "ticket_folio", "ticket_number", "client_id", "user")
    } == {
        "status": "PAID",
        "ticket_folio": folio_of(sale["client_id"]),
        "ticket_number": f"C{register}-000001",
        "client_id": sale["client_id"],
        "user": 1,
    }
    assert order["created_at"] == order["paid_at"] == sale["sold_at"]
    assert (order["final_amount"], order["change"], order["flags"]) == ("262.00", "38.00", [])
    assert [(line["unit_price"], line["tax_amount"]) for line in order["items"]] == [
        ("100.00", "32.00"),
        ("10.00", "0.00"),
    ]
    assert (stock.products[15].stock, stock.products[20].stock) == (998, 997)
    for kind in (CREATED, PAID):
        assert len(await events_in_outbox(deps.database, kind)) == 1
    shown = await report(till, shift)
    assert tenders(shown) == {"CASH": (1, "262.00")}
    assert (shown["sales"]["count"], shown["cash"]["expected"]) == (1, "762.00")
    assert shown["shift"]["users"] == [1]


async def test_a_sale_sent_again_is_the_same_order(
    till: AsyncClient, register: int, sold: Any, deps: Deps, stock: FakeStock
) -> None:
    sale, other = sold(1), sold(2)
    first = await result(till, register, sale)
    again = await results(till, register, other, sale)
    assert [each["result"] for each in again] == ["created", "duplicate"]
    assert again[1]["order"] == first["order"]
    assert await count_orders(deps.database) == 2
    assert stock.products[15].stock == 998


async def test_a_sale_twice_in_a_batch_is_one_order(till: AsyncClient, register: int, sold: Any) -> None:
    sale = sold()
    told = await results(till, register, sale, sale)
    assert [each["result"] for each in told] == ["created", "duplicate"]
    assert told[0]["order"] == told[1]["order"]


async def test_a_sale_8_times_at_once_is_created_once(
    till: AsyncClient, register: int, sold: Any, deps: Deps, stock: FakeStock, shift: int
) -> None:
    sale = sold()
    told = await asyncio.gather(*(result(till, register, sale) for _ in range(8)))
    assert sorted(each["result"] for each in told) == ["created", *["duplicate"] * 7]
    assert len({each["order"] for each in told}) == 1
    assert stock.products[15].stock == 999
    assert (await report(till, shift))["sales"]["count"] == 1


async def test_other_content_for_a_sale_is_kept_for_review(
    till: AsyncClient, register: int, sold: Any, deps: Deps
) -> None:
    sale = sold()
    first = await result(till, register, sale)
    other = {**sale, "items": [{"product_id": 20, "quantity": 1, "unit_total": "10.00"}]}
    assert await result(till, register, other) == {
        **first,
        "result": "duplicate",
        "flags": ["CONTENT_DIFFERS"],
    }
    await result(till, register, other)
    assert await deps.database.fetch_value("select differing from synced_sales") == [other]
    assert (await order_of(till, first))["flags"] == ["CONTENT_DIFFERS"]
    assert (await result(till, register, sale))["flags"] == []


async def test_other_content_is_for_review_although_somebody_has_reviewed_the_sale(
    till: AsyncClient, admin: AsyncClient, register: int, sold: Any
) -> None:
    sale = sold()
    first, second = ({**sale, "cash_received": received} for received in ("200.00", "500.00"))
    told = await result(till, register, sale)
    await result(till, register, first)
    reviewed = await admin.post(f"/api/orders/{told['order']}/review/", json={"note": "Visto"})
    assert reviewed.json()["review"]["note"] == "Visto"
    await result(till, register, first)
    assert (await order_of(till, told))["review"] is not None, "it is known already"
    await result(till, register, second)
    assert (await order_of(till, told))["review"] is None


async def test_two_contents_at_once_come_to_one_order_and_its_goods(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    other = {**sold(1, (20, 2, "10.00")), "client_id": sale["client_id"]}
    told = await asyncio.gather(*(result(till, register, each) for each in (sale, other) * 4))
    (order,) = {each["order"] for each in told}
    lines = (await order_of(till, {"order": order}))["items"]
    taken = {product: 1_000 - stock.products[product].stock for product in (15, 20)}
    assert {line["product_id"]: line["quantity"] for line in lines} == {
        product: pieces for product, pieces in taken.items() if pieces
    }


async def test_a_sale_that_was_paid_before_is_known(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    await pay(till, order["id"])
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("duplicate", order["id"], [])
    assert (await order_of(till, told))["ticket_number"] == f"C{register}-000001"
    assert stock.products[15].stock == 999


async def test_a_pending_order_is_paid_as_sold(
    till: AsyncClient, register: int, shift: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("paid", order["id"], [])
    assert stock.products[15].stock == 999
    assert (await report(till, shift))["sales"]["count"] == 1


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_an_order_that_a_sale_pays_belongs_to_the_day_of_the_sale(
    till: AsyncClient, register: int, sold: Any, clock: FakeClock, *, is_cancelled: bool
) -> None:
    sale = sold()
    clock.advance(days=1)
    placed = await placed_with(till, sale)
    if is_cancelled:
        await cancel(till, placed["id"])
    order = await order_of(till, await result(till, register, sale))
    assert order["created_at"] == order["paid_at"] == sale["sold_at"]
    listed = await till.get("/api/orders/", params={"date_to": sale["sold_at"][:10]})
    assert [each["id"] for each in listed.json()] == [order["id"]]


async def test_by_id_a_sale_that_is_sent_later_comes_before_what_was_placed_meanwhile(
    till: AsyncClient, register: int, sold: Any, clock: FakeClock
) -> None:
    """So does the guide read new orders ("Paging and syncing")."""
    earlier = sold()
    clock.advance(hours=1)
    placed = await placed_with(till, sold(2))
    late = await result(till, register, earlier)
    by_time = (await till.get("/api/orders/")).json()
    by_arrival = (await till.get("/api/orders/?ordering=-id")).json()
    assert [order["id"] for order in by_time] == [placed["id"], late["order"]]
    assert [order["id"] for order in by_arrival] == [late["order"], placed["id"]]


async def test_a_pending_order_with_other_lines_is_corrected(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold(1, (15, 3, "116.00"), (20, 1, "10.00"))
    order = await placed_with(till, {**sale, "items": [{"product_id": 15, "quantity": 1}]})
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("paid", order["id"], ["LINES_DIFFER"])
    assert (await order_of(till, told))["final_amount"] == "358.00"
    assert (stock.products[15].stock, stock.products[20].stock) == (997, 999)


async def test_a_cancelled_order_is_revived(
    till: AsyncClient, register: int, shift: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    await cancel(till, order["id"])
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("revived", order["id"], ["REVIVED"])
    revived = await order_of(till, told)
    assert (revived["status"], revived["cancelled_at"]) == ("PAID", None)
    assert stock.products[15].stock == 999
    assert (await result(till, register, sale))["result"] == "duplicate"


async def test_what_is_missing_is_sold_all_the_same(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    stock.products[15].stock = 1
    told = await result(till, register, sold(1, (15, 3, "116.00")))
    assert (told["result"], told["flags"]) == ("created", ["OVERSOLD"])
    assert stock.products[15].stock == 0


async def test_what_is_odd_about_a_sale_is_flagged(
    till: AsyncClient, register: int, clock: FakeClock, stock: FakeStock, buyers: FakeBuyers
) -> None:
    stock.products[15].is_deleted = True
    buyers.deleted.add(404)
    sale = a_sale(1, (15, 1, "99.00"), sold_at=clock() + timedelta(minutes=6), customer=404, sold_by=404)
    told = await result(till, register, sale)
    assert sorted(told["flags"]) == [
        "CLOCK",
        "CUSTOMER_DELETED",
        "NO_SHIFT",
        "PRICE_DIFFERS",
        "PRODUCT_DELETED",
        "SELLER_INACTIVE",
    ]
    order = await order_of(till, told)
    assert sorted(order["flags"]) == sorted(told["flags"])
    assert (order["final_amount"], order["items"][0]["unit_price"]) == ("99.00", "85.34")


@pytest.mark.parametrize("price", ["92.80", "104.40"])
async def test_the_price_of_the_buyer_and_of_a_discount_by_hand_is_no_other_price(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock, buyers: FakeBuyers, price: str
) -> None:
    stock.products[15].promotion = a_promotion("10.00", "FREQUENT_ONLY")
    buyers.known[1] = a_buyer(1, is_frequent=True)
    sale = sold(1, (15, 1, price), customer=1)
    if price == "92.80":
        sale["items"][0] |= {"discount_percent": "20.00", "discount_reason": "Empaque roto"}
    told = await result(till, register, sale)
    (line,) = (await order_of(till, told))["items"]
    assert (told["flags"], line["discount_percent"], line["discount_source"]) == (
        (["UNAPPROVED"], "20.00", "MANUAL") if price == "92.80" else ([], "10.00", "PROMOTION")
    )


@pytest.mark.parametrize("days", [-31, 1])
async def test_an_impossible_time_is_that_of_arrival(
    till: AsyncClient, register: int, shift: int, clock: FakeClock, days: int
) -> None:
    told = await result(till, register, a_sale(1, sold_at=clock() + timedelta(days=days)))
    assert told["flags"] == ["CLOCK"]
    assert (await order_of(till, told))["paid_at"] == clock().strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_folio_that_is_taken_is_changed(
    till: AsyncClient, register: int, sold: Any, deps: Deps
) -> None:
    sale, other = sold(1), sold(2)
    other["client_id"] = sale["client_id"][:8] + other["client_id"][8:]
    told = await results(till, register, sale, other)
    changed = [each for each in told if each["flags"] == ["FOLIO_CHANGED"]]
    assert len(changed) == 1
    assert (await order_of(till, changed[0]))["ticket_folio"] != folio_of(sale["client_id"])


@pytest.mark.parametrize(("is_paid", "became"), [(False, "paid"), (True, "duplicate")])
async def test_a_folio_that_was_changed_when_the_order_was_placed_is_told(
    till: AsyncClient, register: int, sold: Any, *, is_paid: bool, became: str
) -> None:
    sale, other = sold(1), sold(2)
    other["client_id"] = sale["client_id"][:8] + other["client_id"][8:]
    await placed_with(till, sale)
    order = await placed_with(till, other)
    if is_paid:
        await pay(till, order["id"])
    told = await result(till, register, other)
    assert (told["result"], told["order"], told["flags"]) == (became, order["id"], ["FOLIO_CHANGED"])
    assert (await order_of(till, told))["flags"] == ["FOLIO_CHANGED"]


async def test_what_is_sold_in_a_shift_that_is_closed_now_is_late(
    till: AsyncClient, register: int, shift: int, sold: Any, clock: FakeClock
) -> None:
    sale = sold()
    await close(till, shift, "500.00")
    clock.advance(hours=1)
    next_shift = await opened(till, register)
    told = await result(till, register, sale)
    assert told["flags"] == []
    shown = await report(till, shift)
    assert [(late["order"], late["amount"]) for late in shown["late"]] == [(told["order"], "116.00")]
    assert shown["adjusted"] == {"expected": "616.00", "difference": "-116.00"}
    assert (await report(till, next_shift))["sales"]["count"] == 0


@pytest.mark.parametrize(
    ("of_shift", "since_then"),
    [
        (False, timedelta(seconds=-1)),
        (True, timedelta(0)),
        (True, timedelta(hours=1, minutes=5)),
        (False, timedelta(hours=1, minutes=5, seconds=1)),
    ],
)
async def test_a_shift_has_what_was_sold_from_its_first_second_to_five_minutes_after_its_close(
    till: AsyncClient, register: int, clock: FakeClock, *, of_shift: bool, since_then: timedelta
) -> None:
    """A till's clock may be ahead; it tells whole seconds, and a shift is opened and closed within one."""
    opened_at = clock.advance(milliseconds=600)
    shift = await opened(till, register)
    clock.advance(hours=1)
    await close(till, shift, "500.00")
    clock.advance(hours=1)
    told = await result(till, register, a_sale(1, sold_at=opened_at + since_then))
    assert told["flags"] == ([] if of_shift else ["NO_SHIFT"])
    assert [late["order"] for late in (await report(till, shift))["late"]] == [told["order"]][: int(of_shift)]


@pytest.mark.parametrize("arriving", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_of_the_sales_of_a_second_the_first_and_last_are_those_of_their_numbers(
    till: AsyncClient, register: int, shift: int, sold: Any, arriving: tuple[int, ...]
) -> None:
    sales = {seq: sold(seq) for seq in arriving}
    for seq in arriving:
        await result(till, register, sales[seq])
    shown = await report(till, shift)
    assert (shown["first_folio"], shown["last_folio"]) == (
        folio_of(sales[1]["client_id"]),
        folio_of(sales[3]["client_id"]),
    )


async def test_what_is_late_stands_in_the_order_in_which_it_was_sold(
    till: AsyncClient, register: int, shift: int, sold: Any, clock: FakeClock
) -> None:
    first, second = sold(1), sold(2)
    clock.advance(seconds=1)
    third = sold(3)
    await close(till, shift, "500.00")
    order = {sale["seq"]: (await result(till, register, sale))["order"] for sale in (third, second, first)}
    late = (await report(till, shift))["late"]
    assert [each["order"] for each in late] == [order[1], order[2], order[3]]


async def test_a_catalog_that_is_away_holds_up_only_its_own(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock, deps: Deps
) -> None:
    sale, voided = sold(1), {**sold(2), "voided_at": "2026-01-01T00:00:00Z"}
    placed_before = await placed_with(till, voided)
    stock.down = True
    answer = await send(till, register, sale, voided)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert (await order_of(till, {"order": placed_before["id"]}))["status"] == "CANCELLED"
    stock.down = False
    assert [each["result"] for each in await results(till, register, sale, voided)] == [
        "created",
        "duplicate",
    ]
    assert await numbers(till) == [(register, 2, [])]


async def test_numbers_that_are_missing_are_gaps(till: AsyncClient, register: int, sold: Any) -> None:
    await results(till, register, sold(7), sold(2), sold(3), unsent=4)
    assert await numbers(till) == [(register, 7, [[1, 1], [4, 6]])]
    (row,) = (await till.get("/api/sync/registers/")).json()
    assert row["unsent"] == 4
    await results(till, register, sold(5))
    assert await numbers(till) == [(register, 7, [[1, 1], [4, 4], [6, 6]])]


async def test_a_register_that_has_sent_nothing_is_listed_without_numbers(
    till: AsyncClient, admin: AsyncClient, register: int, sold: Any
) -> None:
    silent = await a_register(admin, "Caja 2")
    await results(till, register, sold(1))
    rows = (await till.get("/api/sync/registers/")).json()
    assert [row["register"] for row in rows] == [register, silent]
    assert rows[1] == {"register": silent, "last_seq": 0, "gaps": [], "last_seen": None, "unsent": None}
    first = await till.get("/api/sync/registers/", params={"limit": 1})
    following = await till.get(f"/api/sync/registers/{first.links['next']['url']}")
    assert [row["register"] for row in following.json()] == [silent]
    assert (await till.get("/api/sync/registers/?ordering=-id")).json() == rows[::-1]


async def test_what_a_till_has_left_to_send_is_what_it_told_last(
    till: AsyncClient, register: int, sold: Any
) -> None:
    for seq, unsent in enumerate((2, 1, 0), start=1):
        await results(till, register, sold(seq), unsent=unsent)
        (row,) = (await till.get("/api/sync/registers/")).json()
        assert (row["last_seq"], row["unsent"]) == (seq, unsent)


async def test_a_register_whose_sales_have_no_numbers_has_no_gaps(till: AsyncClient, register: int) -> None:
    assert (await result(till, register, {"note": "sin número"}))["result"] == "held"
    assert await numbers(till) == [(register, 0, [])]


async def test_a_number_that_was_used_is_not_given_twice(till: AsyncClient, register: int, sold: Any) -> None:
    await result(till, register, sold(1))
    told = await result(till, register, sold(1))
    assert (told["result"], told["flags"]) == ("created", ["SEQ_TAKEN"])
    assert (await order_of(till, told))["ticket_number"] is None


async def test_of_two_sales_of_one_number_in_a_request_the_second_is_booked_without_it(
    till: AsyncClient, register: int, sold: Any
) -> None:
    told = await results(till, register, sold(1), sold(1))
    assert [(each["result"], each["flags"]) for each in told] == [("created", []), ("created", ["SEQ_TAKEN"])]
    numbers_of_tickets = [(await order_of(till, each))["ticket_number"] for each in told]
    assert numbers_of_tickets == [f"C{register}-000001", None]


async def test_a_sale_that_was_synced_is_what_a_later_order_with_its_id_answers(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    told = await result(till, register, sale)
    assert (await placed_with(till, sale, status=200))["id"] == told["order"]
    assert stock.products[15].stock == 999


async def test_placing_and_syncing_a_sale_at_once_is_one_order(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock, deps: Deps
) -> None:
    for seq in range(1, 9):
        sale = sold(seq)
        body = {"items": [{"product_id": 15, "quantity": 1}], "client_id": sale["client_id"]}
        await asyncio.gather(
            till.post("/api/orders/", json=body), *(send(till, register, sale) for _ in range(2))
        )
        assert (await result(till, register, sale))["result"] == "duplicate"
        assert await count_orders(deps.database) == seq
        assert stock.products[15].stock == 1_000 - seq


async def numbers(till: AsyncClient) -> list[tuple[int, int, Any]]:
    """The registers' numbers: the highest, and the gaps."""
    rows = (await till.get("/api/sync/registers/")).json()
    return [(row["register"], row["last_seq"], row["gaps"]) for row in rows]
