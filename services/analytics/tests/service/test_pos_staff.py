from datetime import UTC, datetime
from typing import Any

import httpx

from services.analytics.tests.builders import Consume, a_line, a_paid_order, a_return, a_user

STAFF = "/api/analytics/staff/"
DAYS = {"start_date": "2026-03-01", "end_date": "2026-03-02"}


async def staff(owner: httpx.AsyncClient, **params: str) -> Any:
    answer = await owner.get(STAFF, params=DAYS | params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def consume_two_sellers(consume: Consume) -> None:
    """Lupita sells for 116.00 and 232.00, Chema for 696.00 in one ticket."""
    await consume(
        a_user(7, username="lupita"),
        a_user(8, username="chema"),
        a_paid_order(a_line(), user_id=7),
        a_paid_order(a_line(1), a_line(2), user_id=7),
        a_paid_order(a_line(quantity=6), user_id=8),
    )


async def test_sellers_come_by_revenue(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume_two_sellers(consume)
    assert await staff(owner) == {
        "analyzed_period": DAYS,
        "total": {"revenue": 1044.0, "tickets": 3, "units": 9, "average_ticket": 348.0},
        "staff": [
            {
                "user_id": 8,
                "username": "chema",
                "email": "chema@example.com",
                "is_deleted": False,
                "revenue": 696.0,
                "tickets": 1,
                "units": 6,
                "average_ticket": 696.0,
                "units_per_ticket": 6.0,
                "revenue_share_percent": 66.67,
            },
            {
                "user_id": 7,
                "username": "lupita",
                "email": "lupita@example.com",
                "is_deleted": False,
                "revenue": 348.0,
                "tickets": 2,
                "units": 3,
                "average_ticket": 174.0,
                "units_per_ticket": 1.5,
                "revenue_share_percent": 33.33,
            },
        ],
    }


async def test_as_csv(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume_two_sellers(consume)
    answer = await owner.get(STAFF, params=DAYS, headers={"Accept": "text/csv"})
    assert answer.content.decode("utf-8-sig").split("\r\n") == [
        "user_id,username,email,is_deleted,revenue,tickets,units,average_ticket,units_per_ticket,"
        "revenue_share_percent",
        "8,chema,chema@example.com,false,696.00,1,6,696.00,6.00,66.67",
        "7,lupita,lupita@example.com,false,348.00,2,3,174.00,1.50,33.33",
        "",
    ]


async def test_sellers_of_equal_revenue_come_by_id(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(a_paid_order(user_id=9), a_paid_order(user_id=3))
    assert [seller["user_id"] for seller in (await staff(owner))["staff"]] == [3, 9]


async def test_sales_of_the_web_shop_are_nobody_s(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(a_paid_order(user_id=7, payment_method="WEB"))
    report = await staff(owner)
    assert (report["staff"], report["total"]["tickets"]) == ([], 0)


async def test_a_deleted_user_stays(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(a_user(7, username="lupita"), a_paid_order(user_id=7))
    await consume(a_user(7, username="lupita", is_active=False))
    (seller,) = (await staff(owner))["staff"]
    assert (seller["username"], seller["is_deleted"], seller["revenue"]) == ("lupita", True, 116.0)


async def test_a_renamed_user_has_the_new_name(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(a_paid_order(user_id=7))
    await consume(a_user(7, username="guadalupe"), a_user(7), sequence=[6, 5])
    (seller,) = (await staff(owner))["staff"]
    assert seller["username"] == "guadalupe"


async def test_a_user_of_whom_analytics_has_not_heard_has_no_name(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(a_paid_order(user_id=7))
    (seller,) = (await staff(owner))["staff"]
    assert (seller["user_id"], seller["username"], seller["email"]) == (7, None, None)


async def test_pieces_that_came_back_come_off(owner: httpx.AsyncClient, consume: Consume) -> None:
    order = a_paid_order(a_line(quantity=3), user_id=7)
    await consume(a_return(order, {1: 1}))
    await consume(order, order)
    (seller,) = (await staff(owner))["staff"]
    assert (seller["revenue"], seller["units"], seller["tickets"]) == (232.0, 2, 1)


async def test_an_order_that_was_given_away_is_a_ticket_of_no_revenue(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(a_paid_order(a_line(unit_price="0.00"), user_id=7))
    (seller,) = (await staff(owner))["staff"]
    assert (seller["tickets"], seller["average_ticket"], seller["revenue_share_percent"]) == (1, 0.0, 0.0)


async def test_days_are_those_of_the_store(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(
        a_paid_order(user_id=7, paid_at=datetime(2026, 3, 1, 5, 59, 59, tzinfo=UTC)),
        a_paid_order(user_id=8, paid_at=datetime(2026, 3, 1, 6, 0, tzinfo=UTC)),
    )
    assert [seller["user_id"] for seller in (await staff(owner))["staff"]] == [8]
