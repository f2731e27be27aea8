"""/api/sync/held/ and /api/orders/{id}/review/: what a person works off (contract §8.6)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from libs.common.clock import iso_utc
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.locks import in_turn, until_waiting
from services.sales.api.pos.sync_shapes import TILL
from services.sales.deps import Deps
from services.sales.tests.builders import an_order, placed
from services.sales.tests.fakes import FakeBuyers, FakeStock, Product
from services.sales.tests.shifts import a_register, close, opened, report
from services.sales.tests.synced import a_sale, order_of, result, results
from services.sales.usecases.sync import held
from services.sales.usecases.sync.finishing import book_waiting_sales

GONE = {"non_field_errors": ["La venta ya no está retenida."]}


async def held_sale(till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock) -> Any:
    """A sale of a product that catalog does not know, as the list shows it."""
    sale = a_sale(1, (99, 1, "116.00"), sold_at=clock())
    assert (await result(till, register, sale))["result"] == "held"
    (row,) = (await admin.get("/api/sync/held/")).json()
    return row


async def retry(admin: AsyncClient, row: Any, *, headers: Any = None, **body: Any) -> Response:
    return await admin.post(f"/api/sync/held/{row['id']}/retry/", json=body, headers=headers)


async def dismiss(admin: AsyncClient, row: Any, reason: str = "Prueba", *, headers: Any = None) -> Response:
    path = f"/api/sync/held/{row['id']}/dismiss/"
    return await admin.post(path, json={"reason": reason}, headers=headers)


async def listed(admin: AsyncClient, status: str) -> Any:
    return (await admin.get(f"/api/sync/held/?status={status}")).json()


async def test_a_held_sale_is_listed_as_it_was_sent(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    assert row["sale"]["items"][0]["product_id"] == 99
    assert (row["client_id"], row["register"], row["status"]) == (row["sale"]["client_id"], register, "HELD")
    assert row["errors"] == {"items": ['Invalid pk "99" - object does not exist.']}


async def test_held_sales_are_listed_from_either_end(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    for seq in (1, 2):
        await result(till, register, a_sale(seq, (99, 1, "116.00"), sold_at=clock()))
    for ordering, seqs in (("", [1, 2]), ("id", [1, 2]), ("-id", [2, 1])):
        rows = (await admin.get(f"/api/sync/held/?ordering={ordering}")).json()
        assert [row["sale"]["seq"] for row in rows] == seqs, ordering


async def test_one_held_sale_is_read_by_its_id(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    for seq in (1, 2):
        await result(till, register, a_sale(seq, (99, 1, "116.00"), sold_at=clock()))
    rows = (await admin.get("/api/sync/held/")).json()
    for row in rows:
        assert (await admin.get(f"/api/sync/held/?id={row['id']}")).json() == [row]
    assert (await admin.get(f"/api/sync/held/?id={rows[0]['id']}&status=BOOKED")).json() == []
    assert (await admin.get("/api/sync/held/?id=x")).status_code == 400


async def test_a_held_sale_is_booked_when_it_can_be(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock
) -> None:
    row = await held_sale(till, admin, register, clock)
    again = await retry(admin, row)
    assert (again.status_code, again.json()["result"], again.json()["errors"]) == (200, "held", row["errors"])
    stock.products[99] = Product("Nuevo")
    booked = (await retry(admin, row)).json()
    assert (booked["result"], booked["client_id"]) == ("created", row["client_id"])
    assert (await admin.get("/api/sync/held/")).json() == []
    assert (await result(till, register, row["sale"]))["order"] == booked["order"]
    assert (await retry(admin, row)).json() == GONE
    assert (await dismiss(admin, row)).json() == GONE


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_held_sale_is_mended_and_still_known_by_its_first_text(
    *, till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, wrapped: bool
) -> None:
    row = await held_sale(till, admin, register, clock)
    mended = a_sale(1, sold_at=clock())
    body = {"sale": mended} if wrapped else mended
    booked = (await retry(admin, row, **body)).json()
    assert (booked["result"], booked["client_id"]) == ("created", row["client_id"])
    assert (await order_of(till, booked))["ticket_number"] == f"C{register}-000001"
    known = await result(till, register, row["sale"])
    assert (known["result"], known["order"]) == ("duplicate", booked["order"])


@pytest.mark.parametrize("seq", ["1", 1.0])
async def test_a_number_that_is_written_otherwise_is_the_number_of_the_held_sale(
    *, till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, seq: object
) -> None:
    sale = {**a_sale(1, sold_at=clock()), "seq": seq}
    assert (await result(till, register, {**sale, "sold_at": "ayer"}))["result"] == "held"
    (row,) = (await till.get("/api/sync/registers/")).json()
    assert (row["last_seq"], row["gaps"]) == (1, [])
    (held,) = (await admin.get("/api/sync/held/")).json()
    booked = (await retry(admin, held, sale=sale)).json()
    assert (await order_of(till, booked))["ticket_number"] == f"C{register}-000001"


async def test_what_the_till_sent_stays_readable_after_every_retry(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    await retry(admin, row)
    (same,) = (await admin.get("/api/sync/held/")).json()
    assert (row["original"], same["original"]) == (None, None)
    for mended in ("venta", {**row["sale"], "seq": 0}):
        assert (await retry(admin, row, sale=mended)).json()["result"] == "held"
        (held,) = (await admin.get("/api/sync/held/")).json()
        assert (held["sale"], held["original"]) == (mended, {"register": register, "sale": row["sale"]})
    booked = (await retry(admin, row, sale=a_sale(1, sold_at=clock()))).json()
    sent = (await admin.get(f"/api/orders/{booked['order']}/sent/")).json()
    assert sent["sale"]["items"][0]["product_id"] == 15
    assert sent["original"] == {"register": register, "sale": row["sale"]}


async def test_a_sale_without_an_id_gets_one(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    good = a_sale(4, sold_at=clock())
    without = {name: value for name, value in good.items() if name != "client_id"}
    await result(till, register, without)
    (row,) = (await admin.get("/api/sync/held/")).json()
    booked = (await retry(admin, row, sale=good)).json()
    assert (booked["result"], booked["client_id"]) == ("created", good["client_id"])
    both = await results(till, register, good, without)
    assert [each["order"] for each in both] == [booked["order"]] * 2


async def test_a_sale_does_not_get_the_id_of_another(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    other = a_sale(1, sold_at=clock())
    await results(till, register, other, {"seq": 2})
    (row,) = (await admin.get("/api/sync/held/")).json()
    refused = await retry(admin, row, sale={**a_sale(2, sold_at=clock()), "client_id": other["client_id"]})
    assert (refused.status_code, list(refused.json())) == (400, ["client_id"])


async def test_other_texts_of_a_held_sale_are_listed_with_it(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    assert row["differing"] == []
    other = {**a_sale(1, sold_at=clock()), "client_id": row["client_id"]}
    for _ in range(2):
        assert (await result(till, register, other))["flags"] == ["CONTENT_DIFFERS"]
    (listed,) = (await admin.get("/api/sync/held/")).json()
    assert listed == {**row, "differing": [other]}
    booked = (await retry(admin, row, sale=other)).json()
    assert booked["result"] == "created"
    sent = (await admin.get(f"/api/orders/{booked['order']}/sent/")).json()
    assert (sent["sale"], sent["differing"]) == (other, [other])


async def test_a_sale_keeps_its_id_after_a_text_that_has_none(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    other = a_sale(2, sold_at=clock())
    assert (await retry(admin, row, sale="venta")).json()["result"] == "held"
    wrong = {**a_sale(1, sold_at=clock()), "client_id": other["client_id"]}
    booked = (await retry(admin, row, sale=wrong)).json()
    assert (booked["result"], booked["client_id"]) == ("created", row["client_id"])
    assert (await result(till, register, other))["result"] == "created"


async def test_a_sale_of_another_register_has_arrived_with_its_number_at_both(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    right = await a_register(admin, "Caja 2")
    booked = (await retry(admin, row, sale=a_sale(1, sold_at=clock()), register=right)).json()
    assert (await order_of(till, booked))["ticket_number"] == f"C{right}-000001"
    numbers = (await till.get("/api/sync/registers/")).json()
    assert [(each["last_seq"], each["gaps"]) for each in numbers] == [(1, []), (1, [])]
    own = await result(till, register, a_sale(1, sold_at=clock()))
    assert (await order_of(till, own))["ticket_number"] == f"C{register}-000001"
    assert "SEQ_TAKEN" not in own["flags"]


async def test_a_sale_of_an_unknown_register_is_booked_for_another(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    await result(till, 404, a_sale(1, sold_at=clock()))
    (row,) = (await admin.get("/api/sync/held/")).json()
    assert (await retry(admin, row)).json()["result"] == "held"
    booked = (await retry(admin, row, register=register)).json()
    assert booked["result"] == "created"
    sent = (await admin.get(f"/api/orders/{booked['order']}/sent/")).json()
    assert (sent["register"], sent["original"]) == (register, {"register": 404, "sale": row["sale"]})
    assert (await order_of(till, booked))["ticket_number"] == f"C{register}-000001"
    await result(till, register, a_sale(2, sold_at=clock()))
    (numbers,) = (await till.get("/api/sync/registers/")).json()
    assert (numbers["last_seq"], numbers["gaps"]) == (2, [])


async def test_a_sale_keeps_its_text_while_its_goods_may_be_taken(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    buyers: FakeBuyers,
    stock: FakeStock,
) -> None:
    row, mended = await held_sale(till, admin, register, clock), a_sale(1, sold_at=clock(), customer=1)
    buyers.down = True
    assert (await retry(admin, row, sale=mended)).status_code == 503
    buyers.down = False
    undone = {**mended, "payments": [], "voided_at": mended["sold_at"]}
    assert answered(await retry(admin, row, sale=undone)) == (400, GONE)
    assert (await retry(admin, row, sale=mended)).json()["result"] == "created"
    assert stock.products[15].stock == 999


async def test_a_repeat_with_the_same_key_tells_what_was_booked(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, deps: Deps
) -> None:
    row, key = await held_sale(till, admin, register, clock), {"Idempotency-Key": "retry-1"}
    path, body = f"/api/sync/held/{row['id']}/retry/", {"sale": a_sale(1, sold_at=clock())}
    booked = await admin.post(path, json=body, headers=key)
    assert booked.json()["result"] == "created"
    await lose_answers(deps.database)
    again = await admin.post(path, json=body, headers=key)
    assert (again.status_code, again.json()) == (200, booked.json())
    assert await deps.database.fetch_value("select count(*) from orders") == 1


async def test_retries_at_once_book_once(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock, deps: Deps
) -> None:
    row = await held_sale(till, admin, register, clock)
    stock.products[99] = Product("Nuevo")
    await asyncio.gather(*(retry(admin, row) for _ in range(4)))
    assert await deps.database.fetch_value("select count(*) from orders") == 1
    assert stock.products[99].stock == 999


async def test_a_retry_without_a_text_tries_the_one_that_was_mended_just_now(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = await held_sale(till, admin, register, clock)
    mended, find = {**row["sale"], "cash_received": "200.00"}, held._find

    async def found_late(*args: Any) -> Any:
        monkeypatch.setattr(held, "_find", find)
        found = await find(*args)
        assert (await retry(admin, row, sale=mended)).json()["result"] == "held"
        return found

    monkeypatch.setattr(held, "_find", found_late)
    assert (await retry(admin, row)).json()["result"] == "held"
    (listed,) = (await admin.get("/api/sync/held/")).json()
    assert listed["sale"] == mended


async def test_a_retry_and_a_dismissal_at_once_have_one_outcome(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock
) -> None:
    row = await held_sale(till, admin, register, clock)
    stock.products[99] = Product("Nuevo")
    answers = await asyncio.gather(retry(admin, row), dismiss(admin, row))
    (refused,) = [answer for answer in answers if answer.status_code == 400]
    assert refused.json() == GONE
    booked = (await admin.get("/api/sync/held/?status=BOOKED")).json()
    dismissed = (await admin.get("/api/sync/held/?status=DISMISSED")).json()
    assert len([*booked, *dismissed]) == 1
    assert len((await till.get("/api/orders/")).json()) == len(booked)


@pytest.mark.parametrize("time", range(5))
async def test_all_that_can_happen_to_a_held_sale_at_once_has_one_outcome(
    *, till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock, time: int
) -> None:
    row = await held_sale(till, admin, register, clock)
    stock.products[99] = Product("Nuevo")
    keys = [{"Idempotency-Key": key} for key in ("one", "one", "other")]
    deeds = [
        *(retry(admin, row, headers=key) for key in keys),
        *(dismiss(admin, row, headers=key) for key in keys),
        dismiss(admin, row, "Otra"),
    ]
    sent, *answers = await asyncio.gather(result(till, register, row["sale"]), *deeds[time:], *deeds[:time])
    assert {answer.status_code for answer in answers} <= {200, 400}
    assert all(answer.json() == GONE for answer in answers if answer.status_code == 400)
    (kept,) = [each for name in ("BOOKED", "DISMISSED") for each in await listed(admin, name)]
    orders = (await till.get("/api/orders/")).json()
    assert (len(orders), 1_000 - stock.products[99].stock) == (
        (1, 1) if kept["status"] == "BOOKED" else (0, 0)
    )
    assert sent["result"] in {"held", "created", "duplicate"}


@pytest.fixture
async def two_kept(till: AsyncClient, register: int, clock: FakeClock, stock: FakeStock) -> tuple[Any, Any]:
    """A sale that was booked, and a held one that can be booked now; in the order of their ids."""
    await opened(till, register)
    kept = [a_sale(seq, (product, 1, "116.00"), sold_at=clock()) for seq, product in ((1, 15), (2, 99))]
    booked, held = (
        {**sale, "client_id": str(UUID(int=number << 96))} for number, sale in enumerate(kept, start=1)
    )
    await results(till, register, booked, held)
    stock.products[99] = Product("Nuevo")
    return booked, held


async def test_another_text_for_a_sale_that_is_being_booked_flags_its_order(
    till: AsyncClient, admin: AsyncClient, register: int, deps: Deps, two_kept: tuple[Any, Any]
) -> None:
    _, held_one = two_kept
    (row,) = await listed(admin, "HELD")
    booking, _ = await in_turn(
        deps.database,
        "select from shifts for update",
        retry(admin, row),
        results(till, register, {**held_one, "sold_by": 2}),
    )
    assert booking.json()["result"] == "created"
    assert (await order_of(till, booking.json()))["flags"] == ["CONTENT_DIFFERS"]


async def test_other_texts_wait_for_a_sale_before_they_lock_an_order(
    till: AsyncClient, admin: AsyncClient, register: int, deps: Deps, two_kept: tuple[Any, Any]
) -> None:
    (row,) = await listed(admin, "HELD")
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as returning:
        await returning.execute("select from shifts for update")
        tasks.create_task(retry(admin, row))
        await until_waiting(deps.database)
        tasks.create_task(results(till, register, *({**sale, "sold_by": 2} for sale in two_kept)))
        await until_waiting(deps.database, 2)
        await returning.execute("select from orders for update nowait")


async def test_what_a_person_has_decided_is_repeated_by_its_key(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock
) -> None:
    row, key = await held_sale(till, admin, register, clock), {"Idempotency-Key": "one"}
    stock.products[99] = Product("Nuevo")
    booked = await retry(admin, row, headers=key)
    assert (await retry(admin, row, headers=key)).json() == booked.json()
    await result(till, register, {"seq": 2})
    (other,) = (await admin.get("/api/sync/held/")).json()
    dismissed = await dismiss(admin, other, headers=key)
    assert (await dismiss(admin, other, headers=key)).json() == dismissed.json()
    path, body = f"/api/orders/{booked.json()['order']}/review/", {"note": "Visto"}
    reviewed = await admin.post(path, json=body, headers=key)
    clock.advance(hours=1)
    assert (await admin.post(path, json=body, headers=key)).json() == reviewed.json()


async def test_a_dismissed_sale_is_kept_and_stays_dismissed(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    dismissed = await dismiss(admin, row)
    assert (dismissed.status_code, dismissed.json()["status"]) == (200, "DISMISSED")
    assert (dismissed.json()["dismissed_by"], dismissed.json()["dismiss_reason"]) == (9, "Prueba")
    assert (await dismiss(admin, row)).json() == dismissed.json()
    assert (await dismiss(admin, row, "Otra")).json() == GONE
    assert (await retry(admin, row)).json() == GONE
    assert (await admin.get("/api/sync/held/")).json() == []
    await admin.patch(f"/api/registers/{register}/", json={"is_active": False})
    assert (await retry(admin, row)).json() == GONE
    assert (await admin.get("/api/sync/held/?status=DISMISSED")).json() == [dismissed.json()]
    assert (await result(till, register, row["sale"]))["result"] == "held"


async def test_a_sale_that_was_dismissed_while_catalog_was_away_is_given_up_later(
    *,
    till: AsyncClient,
    admin: AsyncClient,
    register: int,
    clock: FakeClock,
    stock: FakeStock,
    deps: Deps,
) -> None:
    row = await held_sale(till, admin, register, clock)
    stock.down = True
    assert (await dismiss(admin, row)).status_code == 503
    stock.down, stock.products[99] = False, Product("Nuevo")
    assert answered(await retry(admin, row)) == (400, GONE)
    assert answered(await dismiss(admin, row, "Otra")) == (400, GONE)
    clock.advance(seconds=61)
    await book_waiting_sales(language=TILL, desk=deps.sync)
    (dismissed,) = (await admin.get("/api/sync/held/?status=DISMISSED")).json()
    assert answered(await dismiss(admin, row)) == (200, dismissed)
    assert stock.products[99].stock == 1_000


@pytest.mark.parametrize("is_dismissed", [False, True])
async def test_a_sale_that_is_held_or_dismissed_can_be_placed_as_an_order_at_once(
    *, till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, is_dismissed: bool
) -> None:
    row = await held_sale(till, admin, register, clock)
    if is_dismissed:
        await dismiss(admin, row)
    placing = await till.post("/api/orders/", json={**an_order(), "client_id": row["client_id"]})
    assert (placing.status_code, placing.json()["client_id"]) == (201, row["client_id"])
    known = await result(till, register, row["sale"])
    assert (known["result"], known["order"]) == ("held", None)


async def test_a_held_sale_that_was_placed_meanwhile_is_paid_as_it_was_sold(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock
) -> None:
    row = await held_sale(till, admin, register, clock)
    placing = await till.post("/api/orders/", json={**an_order(), "client_id": row["client_id"]})
    booked = (await retry(admin, row, sale=a_sale(1, sold_at=clock()))).json()
    assert (booked["result"], booked["order"]) == ("paid", placing.json()["id"])
    assert stock.products[15].stock == 999


async def test_what_was_never_held_is_not_found(admin: AsyncClient) -> None:
    for what in ("retry", "dismiss"):
        answer = await admin.post(f"/api/sync/held/1/{what}/", json={"reason": "x"})
        assert answer.status_code == 404


async def test_a_sale_is_dismissed_for_a_reason_only(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    row = await held_sale(till, admin, register, clock)
    for reason in ("", None, "x" * 256):
        answer = await admin.post(f"/api/sync/held/{row['id']}/dismiss/", json={"reason": reason})
        assert (answer.status_code, list(answer.json())) == (400, ["reason"])
    assert (await admin.get("/api/sync/held/")).json() == [row]


async def test_flags_are_worked_off(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock, stock: FakeStock
) -> None:
    stock.products[15].stock = 0
    await placed(till, (20, 1))
    told = await result(till, register, a_sale(1, sold_at=clock()))
    wanted = "/api/orders/?flag=OVERSOLD&reviewed=false"
    assert [order["id"] for order in (await till.get(wanted)).json()] == [told["order"]]
    assert (await till.get("/api/orders/?flag=CLOCK")).json() == []
    review = f"/api/orders/{told['order']}/review/"
    assert (await admin.post(review, json={})).json() == {"note": ["This field is required."]}
    assert (await order_of(till, told))["review"] is None
    reviewed = await admin.post(review, json={"note": "Contado"})
    assert (reviewed.status_code, reviewed.json()["flags"]) == (200, ["NO_SHIFT", "OVERSOLD"])
    assert reviewed.json()["review"] == {"user": 9, "note": "Contado", "at": iso_utc(clock())}
    assert (await till.get(wanted)).json() == []
    assert (await till.get("/api/orders/?flag=OVERSOLD&reviewed=true")).json() == [reviewed.json()]
    assert (await admin.post("/api/orders/404/review/", json={"note": "x"})).status_code == 404


async def test_the_gaps_of_a_shift_are_in_its_report(
    till: AsyncClient, register: int, clock: FakeClock
) -> None:
    first = await opened(till, register)
    clock.advance(hours=1)
    await results(till, register, a_sale(2, sold_at=clock()), a_sale(5, sold_at=clock()))
    shown = await report(till, first)
    assert shown["gaps"] == [[1, 1], [3, 4]]
    await close(till, first, "732.00")
    clock.advance(hours=1)
    second = await opened(till, register, "732.00")
    clock.advance(hours=1)
    assert (await report(till, second))["gaps"] == []
    await results(till, register, a_sale(8, sold_at=clock()))
    assert (await report(till, second))["gaps"] == [[6, 7]]
    await results(till, register, a_sale(4, sold_at=clock()))
    assert (await report(till, first))["gaps"] == [[1, 1], [3, 3]]


async def test_a_till_learns_what_it_needs(till: AsyncClient) -> None:
    assert (await till.get("/api/sync/bootstrap/")).json() == {
        "feeds": {
            "products": "/api/products/changes/",
            "promotions": "/api/promotions/changes/",
            "customers": "/api/customers/changes/",
        },
        "timezone": "America/Mexico_City",
        "birthday_percent": "10.00",
        "limits": {
            "sales": 100,
            "items": 500,
            "quantity": 1_000_000,
            "payments": 10,
            "seq": 999_999_999,
            "clock_ahead_seconds": 300,
            "clock_behind_days": 30,
            "require_open_shift": False,
            "shift_tolerance": "20.00",
            "employee_discount_percent": "0.00",
            "employee_refund_limit": "500.00",
            "return_days": 30,
            "layaway_min_percent": "20.00",
        },
        "shop": {
            "name": "Abarrotes La Esquina",
            "address": "Av. Juárez 12, Col. Centro\n06000 Ciudad de México",
            "rfc": "XAXX010101000",
            "footer": "¡Gracias por su compra!",
        },
    }
