from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid
from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.analytics.tests.builders import (
    OCTOBER,
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_product,
    a_refund,
    a_return,
    october,
)

SUMMARY = "/api/analytics/sales-summary/"
NO_RECORDS = {"first_system_record": None, "last_system_record": None}


async def consume_the_document_s_sales(consume: Consume) -> None:
    """Three tickets: a laptop by card at 10, laptop and mouse by card at 14, two mice in cash at 14."""
    laptop = a_line(1, product_name="Laptop", unit_price="1000.00")
    mouse = a_line(2, product_name="Mouse", unit_price="50.00")
    mice = a_line(2, product_name="Mouse", unit_price="50.00", quantity=2)
    await consume(
        a_paid_order(laptop, payment_method="CARD", paid_at=october(2, 10)),
        a_paid_order(laptop, mouse, payment_method="CARD", paid_at=october(3, 14)),
        a_paid_order(mice, payment_method="CASH", paid_at=october(31, 14)),
    )


class TestWhat:
    async def test_the_document_s_own_numbers(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await owner.get(SUMMARY, params=OCTOBER)
        hour_10 = {"hour": 10, "total_revenue": 1160.00, "ticket_count": 1}
        hour_14 = {"hour": 14, "total_revenue": 1334.00, "ticket_count": 2}
        assert answer.json() == {
            "analyzed_period": OCTOBER,
            "general_summary": {
                "total_revenue": 2494.00,
                "average_ticket": 831.33,
                "lowest_ticket": 116.00,
                "highest_ticket": 1218.00,
                "total_tickets": 3,
            },
            "products": {
                "total_units_sold": 5,
                "top_product": {"product_name": "Laptop", "revenue": 2000.00},
                "breakdown": [
                    {"product_name": "Laptop", "units_sold": 2, "revenue": 2000.00},
                    {"product_name": "Mouse", "units_sold": 3, "revenue": 150.00},
                ],
            },
            "peak_hours": {
                "most_profitable_hour": hour_14,
                "busiest_hour": hour_14,
                "hourly_breakdown": [hour_10, hour_14],
            },
            "payment_methods": [
                {
                    "payment_method": "CARD",
                    "total_sales": 2,
                    "average_ticket": 1189.00,
                    "highest_ticket": 1218.00,
                    "accumulated_amount": 2378.00,
                },
                {
                    "payment_method": "CASH",
                    "total_sales": 1,
                    "average_ticket": 116.00,
                    "highest_ticket": 116.00,
                    "accumulated_amount": 116.00,
                },
            ],
        }

    async def test_the_busiest_hour_need_not_be_the_most_profitable_one(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_paid_order(a_line(quantity=3), paid_at=october(2, 10)),
            *(a_paid_order(paid_at=october(2, 14)) for _ in range(2)),
        )
        hours = (await owner.get(SUMMARY, params=OCTOBER)).json()["peak_hours"]
        assert (hours["most_profitable_hour"]["hour"], hours["busiest_hour"]["hour"]) == (10, 14)

    async def test_products_of_equal_revenue_come_by_id(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(3), a_line(1), a_line(2)))
        products = (await owner.get(SUMMARY)).json()["products"]
        assert [entry["product_name"] for entry in products["breakdown"]] == [
            "Product 1",
            "Product 2",
            "Product 3",
        ]

    async def test_a_renamed_product_keeps_one_line_under_its_new_name(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(1, product_name="Laptop")))
        await consume(a_paid_order(a_line(1, product_name="Laptop Pro")))
        await consume(a_product(1, name="Laptop 2026"))
        products = (await owner.get(SUMMARY)).json()["products"]
        assert products["breakdown"] == [{"product_name": "Laptop 2026", "units_sold": 2, "revenue": 200.00}]

    async def test_web_sales_go_by_the_method_web(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_paid_order(payment_method="WEB"))
        methods = (await owner.get(SUMMARY)).json()["payment_methods"]
        assert [method["payment_method"] for method in methods] == ["WEB"]


class TestTakenOff:
    """A web order of two pieces at 100.00 without tax was paid (cases a01 and e02)."""

    async def test_a_piece_that_came_back_is_off_the_ticket_and_the_product(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(quantity=2, tax_rate="0.00"), payment_method="WEB")
        await consume(order, a_return(order, {1: 1}))
        summary = (await owner.get(SUMMARY)).json()
        assert summary["general_summary"] == {
            "total_revenue": 100.0,
            "average_ticket": 100.0,
            "lowest_ticket": 100.0,
            "highest_ticket": 100.0,
            "total_tickets": 1,
        }
        assert summary["products"]["breakdown"] == [
            {"product_name": "Product 1", "units_sold": 1, "revenue": 100.0}
        ]

    @pytest.mark.parametrize("taken_off", [a_cancellation, a_refund])
    @pytest.mark.parametrize("is_heard_first", [False, True])
    async def test_a_cancelled_or_refunded_order_leaves_nothing_whichever_is_heard_first(
        self,
        owner: httpx.AsyncClient,
        consume: Consume,
        taken_off: Callable[[OrderPaid], Event],
        *,
        is_heard_first: bool,
    ) -> None:
        order = a_paid_order(a_line(quantity=2, tax_rate="0.00"), payment_method="WEB")
        events = [order, a_return(order, {1: 1}), taken_off(order)]
        for event in reversed(events) if is_heard_first else events:
            await consume(event)
        answer = await owner.get(SUMMARY)
        assert answer.status_code == 400
        records = {name: answer.json()[name] for name in NO_RECORDS}
        assert records == NO_RECORDS


class TestWhen:
    @pytest.fixture(autouse=True)
    async def _sales(self, consume: Consume, clock: FakeClock) -> None:
        """Sales in the first and last second of the store's Monday 2 March, and one on each side."""
        clock.set(datetime(2026, 3, 3, 5, 0, tzinfo=UTC))
        await consume(
            a_paid_order(a_line(unit_price="1.00"), paid_at=datetime(2026, 3, 2, 5, 59, 59, tzinfo=UTC)),
            a_paid_order(a_line(unit_price="10.00"), paid_at=datetime(2026, 3, 2, 6, 0, tzinfo=UTC)),
            a_paid_order(a_line(unit_price="100.00"), paid_at=datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC)),
            a_paid_order(a_line(unit_price="1000.00"), paid_at=datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
        )

    async def test_a_day_is_the_store_s_day(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(SUMMARY, params={"start_date": "2026-03-02", "end_date": "2026-03-02"})
        assert answer.json()["general_summary"]["total_revenue"] == 127.60

    async def test_hours_are_the_store_s_hours(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(SUMMARY, params={"start_date": "2026-03-02", "end_date": "2026-03-02"})
        hours = answer.json()["peak_hours"]["hourly_breakdown"]
        assert [entry["hour"] for entry in hours] == [0, 23]

    async def test_a_period_may_reach_to_the_ends_of_the_calendar(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(SUMMARY, params={"start_date": "0001-01-01", "end_date": "9999-12-31"})
        assert answer.json()["general_summary"]["total_tickets"] == 4


class TestRefused:
    async def refused(self, owner: httpx.AsyncClient, **dates: str) -> Any:
        answer = await owner.get(SUMMARY, params=dates)
        assert answer.status_code == 400
        return answer.json()

    async def test_no_sale_on_the_day(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        assert await self.refused(owner, start_date="2024-12-31", end_date="2024-12-31") == {
            "error": "No sales found for the date 2024-12-31 in the system.",
            "first_system_record": "2023-10-02",
            "last_system_record": "2023-10-31",
        }

    async def test_no_sale_in_a_period_between_sales(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume_the_document_s_sales(consume)
        assert await self.refused(owner, start_date="2023-10-04", end_date="2023-10-30") == {
            "error": "No sales found between 2023-10-04 and 2023-10-30 in the system.",
            "first_system_record": "2023-10-02",
            "last_system_record": "2023-10-31",
        }


class TestAsCsv:
    async def csv(self, owner: httpx.AsyncClient, **dates: str) -> httpx.Response:
        return await owner.get(SUMMARY, params=dates, headers={"Accept": "text/csv"})

    async def test_every_part_is_in_one_table(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await self.csv(owner, start_date="2023-10-01", end_date="2023-10-31")
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "section,product_name,hour,payment_method,tickets,units_sold,total_before_tax,total,average_ticket,"
            "lowest_ticket,highest_ticket",
            "general_summary,,,,3,5,,2494.00,831.33,116.00,1218.00",
            "products,Laptop,,,,2,2000.00,,,,",
            "products,Mouse,,,,3,150.00,,,,",
            "peak_hours,,10,,1,,,1160.00,1160.00,1160.00,1160.00",
            "peak_hours,,14,,2,,,1334.00,667.00,116.00,1218.00",
            "payment_methods,,,CARD,2,,,2378.00,1189.00,,1218.00",
            "payment_methods,,,CASH,1,,,116.00,116.00,,116.00",
            "",
        ]

    async def test_a_name_is_no_formula(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_paid_order(a_line(1, product_name='=HYPERLINK("http://x")')))
        assert '"\'=HYPERLINK(""http://x"")"' in (await self.csv(owner)).text


class TestTheDoor:
    @pytest.mark.parametrize("path", ["/api/analytics/", "/api/analytics/profits/", "/api/sales/"])
    async def test_what_is_not_built_is_not_found(self, owner: httpx.AsyncClient, path: str) -> None:
        answer = await owner.get(path)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    async def test_the_web_process_is_ready_when_its_database_answers(
        self, client: httpx.AsyncClient
    ) -> None:
        assert (await client.get("/readyz")).status_code == 200
