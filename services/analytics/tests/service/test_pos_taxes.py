from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import pytest

from libs.common.prices import TAX_FRACTIONS
from services.analytics.tests.builders import Consume, a_line, a_paid_order, a_refund, a_return

TAXES = "/api/analytics/taxes/"
DAYS = {"start_date": "2026-03-01", "end_date": "2026-03-02"}
SUNDAY, MONDAY = datetime(2026, 3, 1, 18, 0, tzinfo=UTC), datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


async def taxes(owner: httpx.AsyncClient) -> Any:
    answer = await owner.get(TAXES, params=DAYS)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def consume_two_days(consume: Consume) -> None:
    """On Sunday goods at 16 and 8 % and exempt ones, on Monday at 16 and at 0 % in the web shop."""
    await consume(
        a_paid_order(
            a_line(1, unit_price="100.00", tax_rate="0.16"),
            a_line(2, unit_price="50.00", tax_rate="0.08"),
            a_line(3, unit_price="7.50", tax_rate="EXENT"),
            paid_at=SUNDAY,
        ),
        a_paid_order(
            a_line(1, unit_price="0.86", tax_rate="0.16"),
            a_line(4, unit_price="20.00", tax_rate="0.00"),
            payment_method="WEB",
            paid_at=MONDAY,
        ),
    )


async def test_rates_and_days(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume_two_days(consume)
    assert await taxes(owner) == {
        "analyzed_period": DAYS,
        "total": {"base": 178.36, "tax": 20.14, "total": 198.5},
        "rates": [
            {"tax_rate": "0.16", "base": 100.86, "tax": 16.14, "total": 117.0},
            {"tax_rate": "0.08", "base": 50.0, "tax": 4.0, "total": 54.0},
            {"tax_rate": "0.00", "base": 20.0, "tax": 0.0, "total": 20.0},
            {"tax_rate": "EXENT", "base": 7.5, "tax": 0.0, "total": 7.5},
        ],
        "days": [
            {"date": "2026-03-01", "tax_rate": "0.16", "base": 100.0, "tax": 16.0, "total": 116.0},
            {"date": "2026-03-01", "tax_rate": "0.08", "base": 50.0, "tax": 4.0, "total": 54.0},
            {"date": "2026-03-01", "tax_rate": "EXENT", "base": 7.5, "tax": 0.0, "total": 7.5},
            {"date": "2026-03-02", "tax_rate": "0.16", "base": 0.86, "tax": 0.14, "total": 1.0},
            {"date": "2026-03-02", "tax_rate": "0.00", "base": 20.0, "tax": 0.0, "total": 20.0},
        ],
    }


async def test_goods_that_were_free_tell_no_rate(owner: httpx.AsyncClient, consume: Consume) -> None:
    free = a_line(2, unit_price="0.00", tax_rate="0.08")
    await consume(a_paid_order(a_line(1, tax_rate="0.16"), free, paid_at=SUNDAY))
    assert [each["tax_rate"] for each in (await taxes(owner))["rates"]] == ["0.16"]


async def test_as_csv(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume_two_days(consume)
    answer = await owner.get(TAXES, params=DAYS, headers={"Accept": "text/csv"})
    assert answer.content.decode("utf-8-sig").split("\r\n") == [
        "section,date,tax_rate,base,tax,total",
        "days,2026-03-01,0.16,100.00,16.00,116.00",
        "days,2026-03-01,0.08,50.00,4.00,54.00",
        "days,2026-03-01,EXENT,7.50,0.00,7.50",
        "days,2026-03-02,0.16,0.86,0.14,1.00",
        "days,2026-03-02,0.00,20.00,0.00,20.00",
        "rates,,0.16,100.86,16.14,117.00",
        "rates,,0.08,50.00,4.00,54.00",
        "rates,,0.00,20.00,0.00,20.00",
        "rates,,EXENT,7.50,0.00,7.50",
        "total,,,178.36,20.14,198.50",
        "",
    ]


async def test_pieces_that_came_back_take_their_tax_off_the_day_of_the_sale(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    order = a_paid_order(a_line(1, quantity=3, tax_rate="0.16"), payment_method="WEB", paid_at=SUNDAY)
    await consume(a_return(order, {1: 1}))
    await consume(order, order)
    assert (await taxes(owner))["days"] == [
        {"date": "2026-03-01", "tax_rate": "0.16", "base": 200.0, "tax": 32.0, "total": 232.0}
    ]


async def test_a_refunded_order_pays_no_tax(owner: httpx.AsyncClient, consume: Consume) -> None:
    order = a_paid_order(a_line(1, tax_rate="0.16"), payment_method="WEB")
    await consume(a_paid_order(a_line(2, tax_rate="EXENT")), order)
    await consume(a_refund(order))
    assert [rate["tax_rate"] for rate in (await taxes(owner))["rates"]] == ["EXENT"]


async def test_a_sale_that_does_not_tell_its_rate_has_that_of_its_tax(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(a_paid_order(a_line(1)))
    assert [rate["tax_rate"] for rate in (await taxes(owner))["rates"]] == ["0.16"]


async def test_days_are_those_of_the_store(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(
        a_paid_order(paid_at=datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC)),
        a_paid_order(a_line(quantity=2), paid_at=datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
    )
    assert (await taxes(owner))["total"] == {"base": 100.0, "tax": 16.0, "total": 116.0}


@pytest.mark.parametrize("seed", range(2))
async def test_base_and_tax_are_the_revenue_of_the_summary_to_the_cent(
    owner: httpx.AsyncClient, consume: Consume, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    orders = [
        a_paid_order(
            *(
                a_line(
                    product,
                    quantity=random.randint(1, 4),
                    unit_price=f"{random.randint(1, 99999) / 100}",
                    tax_rate=random.choice(list(TAX_FRACTIONS)),
                )
                for product in range(1, random.randint(2, 5))
            ),
            payment_method=random.choice(["CASH", "WEB"]),
            paid_at=random.choice([SUNDAY, MONDAY]),
        )
        for _ in range(60)
    ]
    returns = [a_return(order, {1: 1}) for order in orders if order.lines[0].quantity > 1]
    events = [*orders, *returns]
    random.shuffle(events)
    await consume(*events)
    report, summary = await taxes(owner), await owner.get("/api/analytics/sales-summary/", params=DAYS)
    general = summary.json()["general_summary"]
    products = summary.json()["products"]["breakdown"]
    assert report["total"]["total"] == general["total_revenue"]
    assert report["total"]["base"] == round(sum(product["revenue"] for product in products), 2)
    assert report["total"]["tax"] == round(report["total"]["total"] - report["total"]["base"], 2)
