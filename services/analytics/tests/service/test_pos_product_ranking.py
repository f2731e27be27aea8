from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.testing.clock import FakeClock
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

RANKING = "/api/analytics/product-ranking/"


async def consume_the_document_s_sales(consume: Consume) -> None:
    """5 keyboards, 3 mice and a laptop: at tills on 2 October, and the last mouse on the web on the 31st."""
    keyboards = a_line(3, product_name="Teclado", unit_price="150.00", quantity=5)
    mice = a_line(2, product_name="Mouse", unit_price="50.00", quantity=2)
    mouse = a_line(2, product_name="Mouse", unit_price="50.00")
    laptop = a_line(1, product_name="Laptop", unit_price="1000.00")
    await consume(
        a_paid_order(keyboards, mice, paid_at=october(2)),
        a_paid_order(laptop, payment_method="CARD", paid_at=october(2)),
        a_paid_order(mouse, payment_method="WEB", paid_at=october(31)),
    )


async def ranked(owner: httpx.AsyncClient, **query: str) -> Any:
    answer = await owner.get(RANKING, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def ids(products: list[dict[str, Any]]) -> list[int]:
    return [product["product__id"] for product in products]


class TestWhat:
    async def test_the_document_s_own_numbers(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await owner.get(RANKING, params={**OCTOBER, "criterion": "ambos", "limit": "2"})
        mouse = {"product__id": 2, "product_name": "Mouse", "units_sold": 3, "revenue": 150.00}
        assert answer.status_code == 200
        assert answer.json() == {
            "analyzed_period": OCTOBER,
            "results": {
                "criterion": "both",
                "results_limit": 2,
                "most_sold": [
                    {"product__id": 3, "product_name": "Teclado", "units_sold": 5, "revenue": 750.00},
                    mouse,
                ],
                "least_sold": [
                    {"product__id": 1, "product_name": "Laptop", "units_sold": 1, "revenue": 1000.00},
                    mouse,
                ],
            },
        }
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"

    async def test_the_most_sold_ten_of_the_last_thirty_days_are_the_default(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        lines = [a_line(number, quantity=number) for number in range(1, 13)]
        await consume(a_paid_order(*lines))
        answer = (await owner.get(RANKING)).json()
        assert answer["analyzed_period"] == {"start_date": "2026-01-31", "end_date": "2026-03-02"}
        assert answer["results"].keys() == {"criterion", "results_limit", "most_sold"}
        assert (answer["results"]["criterion"], answer["results"]["results_limit"]) == ("most", 10)
        assert ids(answer["results"]["most_sold"]) == [*range(12, 2, -1)]

    async def test_the_least_sold_have_only_their_list(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(1, quantity=2), a_line(2)))
        results = await ranked(owner, criterion="least")
        assert results.keys() == {"criterion", "results_limit", "least_sold"}
        assert (results["criterion"], ids(results["least_sold"])) == ("least", [2, 1])

    async def test_units_decide_and_equal_ones_come_by_id(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_paid_order(a_line(30, unit_price="9.00"), a_line(4, unit_price="1.00"), a_line(5, quantity=2))
        )
        results = await ranked(owner, criterion="both")
        assert ids(results["most_sold"]) == [5, 4, 30]
        assert ids(results["least_sold"]) == [4, 30, 5]

    async def test_both_lists_of_equal_units_begin_with_the_lowest_id(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(*(a_line(number) for number in (4, 2, 3, 1))))
        results = await ranked(owner, criterion="both", limit="2")
        assert (ids(results["most_sold"]), ids(results["least_sold"])) == ([1, 2], [1, 2])

    async def test_products_that_were_not_sold_are_not_ranked(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, name="Laptop"), a_product(2, name="Mouse"), a_paid_order(a_line(2)))
        assert ids((await ranked(owner, criterion="least"))["least_sold"]) == [2]

    async def test_a_product_goes_by_its_last_name_also_when_it_is_deleted(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(1, product_name="Laptop")))
        await consume(a_product(1, name="Laptop 2026", deleted=True))
        (product,) = (await ranked(owner))["most_sold"]
        assert product["product_name"] == "Laptop 2026"


class TestWhatCameBack:
    async def test_a_cancelled_and_a_refunded_order_do_not_count(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        cancelled = a_paid_order(a_line(1, quantity=5), payment_method="WEB")
        refunded = a_paid_order(a_line(2, quantity=5), payment_method="WEB")
        await consume(cancelled, refunded, a_paid_order(a_line(3)))
        await consume(a_cancellation(cancelled), a_refund(refunded))
        assert ids((await ranked(owner))["most_sold"]) == [3]

    async def test_what_was_returned_is_off_the_units_and_the_revenue(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(1, quantity=3), a_line(2, quantity=2), payment_method="WEB")
        await consume(order)
        await consume(a_return(order, {1: 2}))
        results = await ranked(owner)
        assert [
            (each["product__id"], each["units_sold"], each["revenue"]) for each in results["most_sold"]
        ] == [
            (2, 2, 200.00),
            (1, 1, 100.00),
        ]

    async def test_a_product_that_came_back_whole_is_not_ranked(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(1), a_line(2), payment_method="WEB")
        await consume(order)
        await consume(a_return(order, {1: 1}))
        assert ids((await ranked(owner, criterion="least"))["least_sold"]) == [2]

    @pytest.mark.parametrize("whole_months", [False, True])
    async def test_events_late_doubled_and_in_another_order_end_in_the_same_ranking(
        self, owner: httpx.AsyncClient, consume: Consume, *, whole_months: bool
    ) -> None:
        order = a_paid_order(a_line(1, quantity=3), payment_method="WEB", paid_at=october(5))
        back = a_return(order, {1: 1})
        other = a_paid_order(a_line(1, quantity=4), paid_at=october(6))
        cancelled = a_paid_order(a_line(1, quantity=9), payment_method="WEB", paid_at=october(7))
        told: list[Event] = [back, a_cancellation(cancelled), cancelled, other, order, back, other]
        for event in told:
            await consume(event)
        days = OCTOBER if whole_months else {"start_date": "2023-10-02", "end_date": "2023-10-30"}
        (product,) = (await ranked(owner, **days))["most_sold"]
        assert (product["units_sold"], product["revenue"]) == (6, 600.00)


class TestWhen:
    async def test_a_sale_late_on_the_last_of_a_month_is_in_that_month(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        late = datetime(2026, 2, 1, 5, 30, tzinfo=UTC)  # 23:30 on 31 January in the store
        await consume(a_paid_order(a_line(1), paid_at=late), a_paid_order(a_line(2)))
        january = await ranked(owner, start_date="2026-01-01", end_date="2026-01-31")
        assert ids(january["most_sold"]) == [1]
        since_february = await ranked(owner, start_date="2026-02-01", end_date="2026-03-31")
        assert ids(since_february["most_sold"]) == [2]

    async def test_a_start_alone_runs_to_today(
        self, owner: httpx.AsyncClient, consume: Consume, clock: FakeClock
    ) -> None:
        await consume(a_paid_order())
        clock.set(datetime(2026, 3, 3, 5, 0, tzinfo=UTC))  # still 2 March in the store
        answer = (await owner.get(RANKING, params={"start_date": "2026-02-01"})).json()
        assert answer["analyzed_period"] == {"start_date": "2026-02-01", "end_date": "2026-03-02"}

    async def test_an_end_alone_starts_thirty_days_before_it(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order())
        answer = (await owner.get(RANKING, params={"end_date": "2026-03-02"})).json()
        assert answer["analyzed_period"] == {"start_date": "2026-01-31", "end_date": "2026-03-02"}

    @pytest.mark.parametrize(
        "days",
        [
            {"start_date": "2023-10-03", "end_date": "2023-10-30"},
            {"start_date": "2023-10-03", "end_date": "2023-10-03"},
        ],
    )
    async def test_days_of_the_system_without_a_sale_are_a_detail(
        self, owner: httpx.AsyncClient, consume: Consume, days: dict[str, str]
    ) -> None:
        await consume_the_document_s_sales(consume)
        answer = await owner.get(RANKING, params={**days, "criterion": "both"})
        assert (answer.status_code, answer.json()) == (
            200,
            {"analyzed_period": days, "detail": "No products sold in the selected period."},
        )


class TestRefused:
    async def refused(self, owner: httpx.AsyncClient, **query: str) -> Any:
        answer = await owner.get(RANKING, params=query)
        assert answer.status_code == 400
        return answer.json()

    async def test_days_after_the_last_sale(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        assert await self.refused(owner, start_date="2023-11-01", end_date="2023-11-30") == {
            "error": "No sales found between 2023-11-01 and 2023-11-30 in the system.",
            "first_system_record": "2023-10-02",
            "last_system_record": "2023-10-31",
        }

    @pytest.mark.parametrize("criterion", ["best", "", "MOST", "ambas", "í", "m" * 200])
    async def test_another_criterion(self, owner: httpx.AsyncClient, criterion: str) -> None:
        assert await self.refused(owner, criterion=criterion) == {
            "criterion": [f'"{criterion[:100]}" is not a valid choice.']
        }

    @pytest.mark.parametrize(
        ("limit", "message"),
        [
            ("0", "Ensure this value is greater than or equal to 1."),
            ("-1", "Ensure this value is greater than or equal to 1."),
            ("1001", "Ensure this value is less than or equal to 1000."),
            (str(10**30), "Ensure this value is less than or equal to 1000."),
            ("1.5", "A valid integer is required."),
            ("ten", "A valid integer is required."),
            ("", "A valid integer is required."),
        ],
    )
    async def test_a_limit_that_is_not_from_1_to_1000(
        self, owner: httpx.AsyncClient, limit: str, message: str
    ) -> None:
        assert await self.refused(owner, limit=limit) == {"limit": [message]}

    async def test_all_that_is_wrong_at_once(self, owner: httpx.AsyncClient) -> None:
        assert (await self.refused(owner, limit="0", criterion="best")).keys() == {"limit", "criterion"}

    @pytest.mark.parametrize("limit", ["1", "1000"])
    async def test_the_limits_of_the_limit_are_taken(
        self, owner: httpx.AsyncClient, consume: Consume, limit: str
    ) -> None:
        await consume(a_paid_order())
        assert (await ranked(owner, limit=limit))["results_limit"] == int(limit)


class TestAsCsv:
    async def csv(self, owner: httpx.AsyncClient, **query: str) -> httpx.Response:
        return await owner.get(RANKING, params=query, headers={"Accept": "text/csv"})

    async def test_each_end_is_a_section(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_sales(consume)
        answer = await self.csv(owner, **OCTOBER, criterion="both", limit="1")
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "section,product_id,product_name,units_sold,total_before_tax",
            "most_sold,3,Teclado,5,750.00",
            "least_sold,1,Laptop,1,1000.00",
            "",
        ]
        assert 'filename="product-ranking_2023-10-01_2023-10-31.csv"' in answer.headers["content-disposition"]

    async def test_nothing_sold_is_a_table_without_rows(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume_the_document_s_sales(consume)
        answer = await self.csv(owner, start_date="2023-10-03", end_date="2023-10-30")
        assert (answer.status_code, answer.text.count("\r\n")) == (200, 1)
