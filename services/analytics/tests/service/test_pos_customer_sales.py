from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.messaging.inbox import take_in
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import (
    OCTOBER,
    Consume,
    a_cancellation,
    a_customer,
    a_line,
    a_paid_order,
    a_product,
    a_refund,
    a_return,
    october,
)
from services.analytics.usecases.reports.customer_sales import tell_customer_sales
from services.analytics.usecases.reports.desk import Desk

HISTORY = "/api/analytics/customer-sales/"
UNKNOWN = {"error": "Customer not registered in the system."}
NEW_YORK = ZoneInfo("America/New_York")


async def consume_the_document_s_sales(consume: Consume) -> None:
    """Juan's laptop for 1000.00 in cash at 18, two tickets of 250.00 by card at 10; Ana buys much more."""
    laptop = a_line(1, product_name="Laptop", unit_price="862.07")
    await consume(
        a_customer(5, first_name="Juan", last_name="Pérez", email="juan.perez@email.com"),
        a_customer(6),
        a_paid_order(laptop, customer_id=5, paid_at=october(2, 18)),
        a_paid_order(
            a_line(2, unit_price="215.52"), customer_id=5, payment_method="CARD", paid_at=october(3, 10)
        ),
        a_paid_order(
            a_line(3, unit_price="215.52"), customer_id=5, payment_method="CARD", paid_at=october(4, 10)
        ),
        a_paid_order(a_line(3, unit_price="9000.00"), customer_id=6, paid_at=october(4, 10)),
        a_paid_order(a_line(3, unit_price="9000.00"), paid_at=october(4, 10)),
    )


async def history(owner: httpx.AsyncClient, **days: str) -> Any:
    answer = await owner.get(HISTORY, params={"customer_id": "5", **days})
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestWhat:
    async def test_the_document_s_own_numbers(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await owner.get(HISTORY, params={"customer_id": "5", **OCTOBER})
        assert (answer.status_code, answer.headers["x-data-as-of"]) == (200, "2026-03-02T18:00:00Z")
        assert answer.json() == {
            "customer_info": {"id": 5, "name": "Juan Pérez", "email": "juan.perez@email.com"},
            "analyzed_period": OCTOBER,
            "sales_metrics": {"total_spent": 1500.00, "average_ticket": 500.00, "total_tickets": 3},
            "top_product": {
                "product_name": "Laptop",
                "total_spent_on_product": 1000.00,
                "units_bought": 1,
            },
            "peak_buying_hours": [
                {"hour": 18, "total_spent": 1000.00, "ticket_count": 1},
                {"hour": 10, "total_spent": 500.00, "ticket_count": 2},
            ],
            "payment_methods": [
                {
                    "payment_method": "CARD",
                    "total_sales": 2,
                    "average_ticket": 250.00,
                    "accumulated_amount": 500.00,
                },
                {
                    "payment_method": "CASH",
                    "total_sales": 1,
                    "average_ticket": 1000.00,
                    "accumulated_amount": 1000.00,
                },
            ],
        }

    async def test_most_was_spent_on_the_top_product_with_tax(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        untaxed = a_line(1, unit_price="110.00").model_copy(
            update={"tax_amount": Decimal(0), "tax_rate": "0.00"}
        )
        await consume(
            a_customer(5), a_paid_order(untaxed, a_line(2, quantity=2, unit_price="50.00"), customer_id=5)
        )
        assert (await history(owner))["top_product"] == {
            "product_name": "Product 2",
            "total_spent_on_product": 116.00,
            "units_bought": 2,
        }

    async def test_of_products_with_equal_sums_the_one_with_more_units_is_named_then_the_lower_id(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_customer(5), a_paid_order(a_line(9), a_line(8), customer_id=5))
        assert (await history(owner))["top_product"]["product_name"] == "Product 8"
        await consume(a_paid_order(a_line(10, quantity=2, unit_price="50.00"), customer_id=5))
        assert (await history(owner))["top_product"]["product_name"] == "Product 10"

    async def test_sales_of_the_web_count_by_their_method(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_customer(5),
            a_paid_order(customer_id=5, payment_method="WEB"),
            a_paid_order(customer_id=5, payment_method="POINTS"),
        )
        told = await history(owner)
        assert told["sales_metrics"]["total_tickets"] == 2
        assert [each["payment_method"] for each in told["payment_methods"]] == ["POINTS", "WEB"]

    async def test_a_renamed_product_is_one(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_customer(5), a_paid_order(a_line(1, product_name="Laptop"), customer_id=5))
        await consume(a_paid_order(a_line(1, product_name="Laptop Pro"), customer_id=5))
        await consume(a_product(1, name="Laptop 2026", deleted=True))
        assert (await history(owner))["top_product"] == {
            "product_name": "Laptop 2026",
            "total_spent_on_product": 232.00,
            "units_bought": 2,
        }


class TestWho:
    async def test_a_customer_without_purchases_in_the_period(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume_the_document_s_sales(consume)
        november = {"start_date": "2023-11-01", "end_date": "2023-11-30"}
        assert await history(owner, **november) == {
            "customer_info": {"id": 5, "name": "Juan Pérez"},
            "analyzed_period": november,
            "detail": "This customer made no purchases during the selected period.",
        }

    async def test_a_customer_of_a_shop_without_any_sale(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_customer(5))
        assert (await history(owner))["detail"].startswith("This customer made no purchases")

    async def test_the_last_thirty_days_are_the_default(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_customer(5))
        assert (await history(owner))["analyzed_period"] == {
            "start_date": "2026-01-31",
            "end_date": "2026-03-02",
        }

    async def test_a_deleted_customer_keeps_name_and_history(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_customer(5, first_name="Ana"), a_paid_order(customer_id=5))
        await consume(a_customer(5, first_name="Anna", deleted=True))
        told = await history(owner)
        assert (told["customer_info"]["name"], told["sales_metrics"]["total_tickets"]) == ("Anna López", 1)

    async def test_a_customer_without_an_email(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_customer(5, email=None), a_paid_order(customer_id=5))
        assert (await history(owner))["customer_info"] == {"id": 5, "name": "Ana López", "email": None}

    async def test_a_purchase_that_is_heard_of_before_its_customer(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(customer_id=5))
        await consume(a_customer(5))
        assert (await history(owner))["sales_metrics"]["total_tickets"] == 1

    @pytest.mark.parametrize(
        "customer_id", ["6", "0", "-1", str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 500]
    )
    async def test_an_unknown_customer(
        self, owner: httpx.AsyncClient, consume: Consume, customer_id: str
    ) -> None:
        await consume(a_customer(5))
        answer = await owner.get(HISTORY, params={"customer_id": customer_id})
        assert (answer.status_code, answer.json()) == (404, UNKNOWN)

    @pytest.mark.parametrize("query", ["", "?customer_id=", "?start_date=2026-01-01"])
    async def test_without_a_customer_it_is_refused(self, owner: httpx.AsyncClient, query: str) -> None:
        answer = await owner.get(HISTORY + query)
        assert (answer.status_code, answer.headers["x-error-code"]) == (400, "customer_id_required")
        assert answer.json() == {"error": "customer_id is required and must be an integer."}

    @pytest.mark.parametrize("customer_id", ["five", "5.5", "1e3", "٥", "5;", "null", "true", "9" * 1001])
    async def test_a_customer_id_that_is_no_integer(self, owner: httpx.AsyncClient, customer_id: str) -> None:
        answer = await owner.get(HISTORY, params={"customer_id": customer_id})
        assert answer.status_code == 400
        assert answer.json() == {"error": "customer_id is required and must be an integer."}


class TestWhatCameBack:
    async def test_cancelled_and_refunded_orders_do_not_count(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        cancelled = a_paid_order(customer_id=5, payment_method="WEB")
        refunded = a_paid_order(customer_id=5, payment_method="WEB")
        await consume(a_customer(5), cancelled, refunded)
        await consume(a_cancellation(cancelled), a_refund(refunded))
        assert (await history(owner)).keys() == {"customer_info", "analyzed_period", "detail"}

    async def test_what_was_returned_is_off_the_ticket_and_the_product(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(1, quantity=3), customer_id=5, payment_method="WEB")
        await consume(a_customer(5), order)
        await consume(a_return(order, {1: 2}))
        told = await history(owner)
        assert told["sales_metrics"] == {"total_spent": 116.00, "average_ticket": 116.00, "total_tickets": 1}
        assert told["top_product"] == {
            "product_name": "Product 1",
            "total_spent_on_product": 116.00,
            "units_bought": 1,
        }

    async def test_events_late_doubled_and_in_another_order_end_in_the_same_history(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(1, quantity=3), customer_id=5, payment_method="WEB")
        back = a_return(order, {1: 1})
        cancelled = a_paid_order(customer_id=5, payment_method="WEB")
        told: list[Event] = [back, a_cancellation(cancelled), cancelled, order, a_customer(5), back, order]
        for event in told:
            await consume(event)
        assert (await history(owner))["sales_metrics"] == {
            "total_spent": 232.00,
            "average_ticket": 232.00,
            "total_tickets": 1,
        }


class TestWhen:
    async def test_a_purchase_late_on_the_last_of_a_month_is_in_that_month(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        late = datetime(2026, 2, 1, 5, 30, tzinfo=UTC)  # 23:30 on 31 January in the store
        await consume(a_customer(5), a_paid_order(customer_id=5, paid_at=late))
        january = await history(owner, start_date="2026-01-01", end_date="2026-01-31")
        assert january["peak_buying_hours"] == [{"hour": 23, "total_spent": 116.00, "ticket_count": 1}]
        assert await history(owner, start_date="2026-01-31", end_date="2026-01-31") == january | {
            "analyzed_period": {"start_date": "2026-01-31", "end_date": "2026-01-31"}
        }
        assert "detail" in await history(owner, start_date="2026-02-01", end_date="2026-02-28")

    async def test_the_hour_that_a_clock_change_repeats_is_one_and_a_skipped_one_has_no_purchase(
        self, database: Database, clock: FakeClock
    ) -> None:
        moments = [
            datetime(2025, 11, 2, 5, 30, tzinfo=UTC),  # 01:30 in summer time
            datetime(2025, 11, 2, 6, 30, tzinfo=UTC),  # 01:30 again
            datetime(2025, 3, 9, 6, 59, 59, tzinfo=UTC),  # 01:59:59, the last second before 03:00
            datetime(2025, 3, 9, 7, 0, tzinfo=UTC),  # 03:00
        ]
        orders: list[OrderPaid] = [a_paid_order(customer_id=5, paid_at=moment) for moment in moments]
        batch = [received(event) for event in [a_customer(5), *orders]]
        await take_in(database, subscriptions(NEW_YORK), batch)
        desk = Desk(database, clock, NEW_YORK)
        told = (await tell_customer_sales(5, "2025-01-01", "2025-12-31", desk=desk)).content
        assert [(hour.hour, hour.tickets) for hour in told.hours] == [(1, 3), (3, 1)]
        november = (await tell_customer_sales(5, "2025-11-02", "2025-11-02", desk=desk)).content
        assert november.overall
        assert november.overall.tickets == 2


class TestAsCsv:
    async def csv(self, owner: httpx.AsyncClient, **query: str) -> httpx.Response:
        return await owner.get(HISTORY, params={"customer_id": "5", **query}, headers={"Accept": "text/csv"})

    async def test_every_part_is_a_section(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await self.csv(owner, **OCTOBER)
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "section,customer_id,customer_name,email,product_name,hour,payment_method,tickets,units_bought,total,"
            "average_ticket",
            "customer_info,5,Juan Pérez,juan.perez@email.com,,,,,,,",
            "sales_metrics,,,,,,,3,,1500.00,500.00",
            "top_product,,,,Laptop,,,,1,1000.00,",
            "peak_buying_hours,,,,,18,,1,,1000.00,1000.00",
            "peak_buying_hours,,,,,10,,2,,500.00,250.00",
            "payment_methods,,,,,,CARD,2,,500.00,250.00",
            "payment_methods,,,,,,CASH,1,,1000.00,1000.00",
            "",
        ]
        name = 'filename="customer-sales_5_2023-10-01_2023-10-31.csv"'
        assert name in answer.headers["content-disposition"]

    async def test_without_purchases_it_names_the_customer(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_customer(5, email=None))
        lines = (await self.csv(owner)).text.split("\r\n")
        assert lines[1:] == ["customer_info,5,Ana López,,,,,,,,", ""]
