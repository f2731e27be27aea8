"""GET /api/orders/{id}/sent/: what a till has sent of an order (contract §8.6)."""

from httpx import AsyncClient

from libs.common.clock import iso_utc
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.sales.tests.builders import an_order, pay, placed
from services.sales.tests.synced import a_sale, result, results


async def test_who_reviews_an_order_sees_both_texts(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    sale, received_at = a_sale(1, sold_at=clock()), iso_utc(clock())
    order = (await result(till, register, sale))["order"]
    clock.advance(hours=1)
    other = {**sale, "cash_received": "200.00"}
    assert (await result(till, register, other))["flags"] == ["NO_SHIFT", "CONTENT_DIFFERS"]
    assert answered(await admin.get(f"/api/orders/{order}/sent/")) == (
        200,
        {
            "register": register,
            "received_at": received_at,
            "received_from": 7,
            "result": "created",
            "sale": sale,
            "original": None,
            "differing": [other],
        },
    )


async def test_each_other_text_is_kept_also_one_that_says_less_than_another(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    sale = a_sale(1, sold_at=clock())
    order = (await result(till, register, sale))["order"]
    others = [{**sale, "cash_received": "200.00", "customer": 1}, {**sale, "cash_received": "200.00"}]
    for other in (*others, *others):
        await result(till, register, other)
    assert (await admin.get(f"/api/orders/{order}/sent/")).json()["differing"] == others


async def test_another_text_that_comes_with_the_first_flags_the_order_too(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    sale = a_sale(1, sold_at=clock())
    other = {**sale, "cash_received": "200.00"}
    first, second = await results(till, register, sale, other)
    assert (first["flags"], second["flags"]) == (["NO_SHIFT"], ["NO_SHIFT", "CONTENT_DIFFERS"])
    (flagged,) = (await admin.get("/api/orders/", params={"flag": "CONTENT_DIFFERS"})).json()
    assert (flagged["id"], flagged["flags"]) == (first["order"], ["CONTENT_DIFFERS", "NO_SHIFT"])


async def test_a_sale_that_was_paid_before_shows_what_was_sent_of_it(
    till: AsyncClient, admin: AsyncClient, register: int, clock: FakeClock
) -> None:
    sale = a_sale(1, (20, 3, "10.00"), sold_at=clock())
    placing = await till.post("/api/orders/", json={**an_order(), "client_id": sale["client_id"]})
    order = placing.json()["id"]
    await pay(till, order)
    assert (await result(till, register, sale))["flags"] == ["CONTENT_DIFFERS"]
    sent = (await admin.get(f"/api/orders/{order}/sent/")).json()
    assert (sent["result"], sent["sale"], sent["differing"]) == ("duplicate", sale, [])


async def test_an_order_that_was_not_sent_has_no_text(till: AsyncClient, admin: AsyncClient) -> None:
    order = (await placed(till))["id"]
    for order_id in (order, 404):
        assert answered(await admin.get(f"/api/orders/{order_id}/sent/")) == (404, NOT_FOUND)
