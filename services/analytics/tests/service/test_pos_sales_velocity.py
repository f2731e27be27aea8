"""Sales velocity at the POS door (POS §31, the first)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.analytics.tests.builders import (
    A_MOMENT,
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_product,
    a_return,
    a_stock,
)

VELOCITY = "/api/analytics/sales-velocity/"
MISSING = {"error": "Product identifier (Name or SKU) is required."}
UNKNOWN = {"error": "Product not found in the system."}
REFUSED = {"error": "period_days must be a whole number from 1 to 3660."}


def days_ago(days: int) -> datetime:
    return A_MOMENT - timedelta(days=days)


async def velocity_of(owner: httpx.AsyncClient, identifier: str = "SKU-1", **query: str) -> Any:
    answer = await owner.get(VELOCITY, params={"identifier": identifier, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sku_of(owner: httpx.AsyncClient, identifier: str) -> Any:
    """The sku of the product that is found, or the answer if there is none."""
    answer = (await owner.get(VELOCITY, params={"identifier": identifier})).json()
    return answer.get("product_sku", answer)


class TestHowFast:
    async def test_the_document_s_own_numbers(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(name="Laptop Gamer", sku="FAST123", current_stock=100))
        await consume(
            a_paid_order(a_line(quantity=20), paid_at=days_ago(29)),
            a_paid_order(a_line(quantity=40), paid_at=days_ago(1)),
        )
        assert await velocity_of(owner, "FAST123", period_days="30") == {
            "product_name": "Laptop Gamer",
            "product_sku": "FAST123",
            "analyzed_period_days": 30,
            "total_units_sold": 60,
            "sales_velocity": 2.0,
            "current_stock": 100,
            "depletion_estimation_days": 50,
            "days_in_stock": 30,
            "sales_velocity_in_stock": 2.0,
        }

    async def test_no_sale_in_the_period(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(name="Mouse Viejo", sku="SLOW123", current_stock=50))
        await consume(a_paid_order(a_line(), paid_at=days_ago(30)))
        assert await velocity_of(owner, "SLOW123") == {
            "product_name": "Mouse Viejo",
            "product_sku": "SLOW123",
            "analyzed_period_days": 30,
            "total_units_sold": 0,
            "sales_velocity": 0.0,
            "current_stock": 50,
            "depletion_estimation_days": "Indefinida",
            "days_in_stock": 30,
            "sales_velocity_in_stock": 0.0,
        }

    async def test_a_product_that_was_first_sold_today_is_analyzed_for_a_day(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=94), a_paid_order(a_line(quantity=6)))
        velocity = await velocity_of(owner, period_days="30")
        assert (velocity["analyzed_period_days"], velocity["total_units_sold"]) == (1, 6)
        assert (velocity["sales_velocity"], velocity["depletion_estimation_days"]) == (6.0, 15)

    async def test_the_period_is_as_long_as_asked_for(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=7))
        for days in (400, 6, 1):
            await consume(a_paid_order(a_line(), paid_at=days_ago(days)))
        figures = [await velocity_of(owner, period_days=days) for days in ("1", "7", "366", "3660")]
        assert [each["analyzed_period_days"] for each in figures] == [1, 7, 366, 401]
        assert [each["total_units_sold"] for each in figures] == [0, 2, 2, 3]
        assert [each["sales_velocity"] for each in figures] == [0.0, 0.29, 0.01, 0.01]
        assert [each["depletion_estimation_days"] for each in figures] == ["Indefinida", 24, 700, 700]

    async def test_days_are_those_of_the_store(
        self, owner: httpx.AsyncClient, consume: Consume, clock: Any
    ) -> None:
        clock.set(datetime(2026, 4, 1, 5, 30, tzinfo=UTC))  # 31 March, 23:30
        await consume(a_product())
        await consume(
            a_paid_order(a_line(), paid_at=datetime(2026, 3, 31, 5, 59, tzinfo=UTC)),  # 30 March, 23:59
            a_paid_order(a_line(quantity=2), paid_at=datetime(2026, 4, 1, 5, 29, tzinfo=UTC)),
        )
        assert (await velocity_of(owner, period_days="1"))["total_units_sold"] == 2
        assert (await velocity_of(owner))["analyzed_period_days"] == 2

    async def test_what_was_cancelled_or_came_back_is_not_sold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        cancelled = a_paid_order(a_line(quantity=9), payment_method="WEB", paid_at=days_ago(20))
        returned = a_paid_order(a_line(quantity=3), payment_method="WEB", paid_at=days_ago(10))
        partly = a_paid_order(a_line(quantity=5), payment_method="WEB", paid_at=days_ago(4))
        till = a_paid_order(a_line(quantity=2), paid_at=days_ago(1))
        await consume(a_product(), a_cancellation(cancelled), a_return(partly, {1: 2}))
        await consume(cancelled, returned, partly, till, till)
        await consume(a_return(returned, {1: 3}, is_everything_back=True))
        velocity = await velocity_of(owner)
        # The first sale that counts was four days ago.
        assert (velocity["analyzed_period_days"], velocity["total_units_sold"]) == (5, 5)
        assert velocity["sales_velocity"] == 1.0

    async def test_no_stock_is_depleted_at_once(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(current_stock=0), a_paid_order())
        assert (await velocity_of(owner))["depletion_estimation_days"] == 0


class TestInStock:
    async def test_days_without_stock_do_not_slow_the_corrected_velocity(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=0))
        await consume(
            a_stock(current_stock=20, change=20, ledger_id=1, changed_at=days_ago(40)),
            a_stock(current_stock=0, change=-20, ledger_id=2, changed_at=days_ago(25)),
            a_stock(current_stock=24, change=24, ledger_id=3, changed_at=days_ago(5)),
        )
        await consume(
            a_paid_order(a_line(quantity=20), paid_at=days_ago(39)),
            a_paid_order(a_line(quantity=11), paid_at=days_ago(25)),
            a_paid_order(a_line(quantity=11), paid_at=days_ago(5)),
        )
        velocity = await velocity_of(owner)
        # In stock from the first of the 30 days to the fifth (25 days ago), and on the last six.
        assert (velocity["sales_velocity"], velocity["days_in_stock"]) == (0.73, 11)
        assert velocity["sales_velocity_in_stock"] == 2.0

    async def test_days_in_stock_before_the_first_sale_count(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(current_stock=0),
            a_stock(current_stock=9, change=9, ledger_id=1, changed_at=days_ago(9)),
            a_paid_order(a_line(quantity=4), paid_at=days_ago(1)),
        )
        velocity = await velocity_of(owner)
        assert (velocity["analyzed_period_days"], velocity["sales_velocity"]) == (2, 2.0)
        assert (velocity["days_in_stock"], velocity["sales_velocity_in_stock"]) == (10, 0.4)

    async def test_what_was_paid_after_the_stock_ran_out_adds_no_days(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(current_stock=0),
            a_stock(current_stock=1, change=1, ledger_id=1, changed_at=days_ago(60)),
            a_stock(current_stock=0, change=-1, ledger_id=2, changed_at=days_ago(40)),
            a_stock(current_stock=9, change=9, ledger_id=3, changed_at=days_ago(5)),
            a_paid_order(payment_method="WEB", paid_at=days_ago(20)),  # it took its piece 40 days ago
        )
        assert (await velocity_of(owner, period_days="30"))["days_in_stock"] == 6
        assert (await velocity_of(owner, period_days="60"))["days_in_stock"] == 20 + 6

    async def test_turns_that_are_heard_of_late_and_twice_end_in_the_same_days(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        out = a_stock(current_stock=0, change=-3, ledger_id=2, changed_at=days_ago(9))
        back = a_stock(current_stock=4, change=4, ledger_id=3, changed_at=days_ago(2))
        await consume(a_paid_order(paid_at=days_ago(300)))
        await consume(back, back)
        await consume(a_product(current_stock=3))
        await consume(out)
        assert (await velocity_of(owner))["days_in_stock"] == 21 + 3

    async def test_a_product_that_was_never_in_stock_has_no_corrected_velocity(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=0))
        velocity = await velocity_of(owner)
        assert (velocity["days_in_stock"], velocity["sales_velocity_in_stock"]) == (0, None)

    async def test_the_day_of_a_turn_is_the_store_s(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(current_stock=5), a_paid_order(paid_at=days_ago(300)))
        late = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)  # 1 March, 23:30
        await consume(a_stock(current_stock=5, change=5, ledger_id=1, changed_at=late))
        assert (await velocity_of(owner))["days_in_stock"] == 2


class TestIdentifier:
    async def test_sku_and_name_are_found_in_any_capitals(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(name="Piñata Ñandú", sku="piñ-1"), a_product(2, name="Pinata Nandu"))
        for identifier in ("piñ-1", "PIÑ-1", "Piñata Ñandú", "piñata ñandú", "PIÑATA ÑANDÚ", " piñ-1 "):
            assert await sku_of(owner, identifier) == "piñ-1"

    @pytest.mark.parametrize(
        "identifier",
        [
            *("Lap", "aptop", "Laptop%", "_aptop", "Láptop", "SKU-", "%", "'"),
            *("x" * 5_000, "😀", "\u202e", "SKU-1\u0301"),
        ],
    )
    async def test_parts_patterns_and_odd_texts_find_nothing(
        self, owner: httpx.AsyncClient, consume: Consume, identifier: str
    ) -> None:
        await consume(a_product())
        assert await sku_of(owner, identifier) == UNKNOWN

    async def test_a_sku_goes_before_a_name(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(1, name="X-1", sku="A"), a_product(2, name="B", sku="x-1"))
        assert await sku_of(owner, "X-1") == "x-1"

    async def test_a_sku_as_written_goes_before_one_in_other_capitals(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, sku="ab-1"), a_product(2, sku="AB-1"))
        assert [await sku_of(owner, sku) for sku in ("ab-1", "AB-1", "Ab-1")] == ["ab-1", "AB-1", "ab-1"]

    async def test_of_several_products_of_one_name_it_is_the_one_with_the_lowest_id(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(3, name="Mouse"), a_product(2, name="Mouse"), a_product(1, name="Mouse", deleted=True)
        )
        assert await sku_of(owner, "mouse") == "SKU-2"

    async def test_a_renamed_product_is_found_by_its_new_name_only(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(name="Old"), a_product(name="New"))
        assert (await sku_of(owner, "new"), await sku_of(owner, "old")) == ("SKU-1", UNKNOWN)

    async def test_deleted_and_undescribed_products_are_not_found(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, name="Gone", deleted=True), a_paid_order(a_line(2, product_name="Sold")))
        for identifier in ("gone", "SKU-1", "sold"):
            answer = await owner.get(VELOCITY, params={"identifier": identifier})
            assert (answer.status_code, answer.json()) == (404, UNKNOWN)

    @pytest.mark.parametrize("query", [{}, {"identifier": ""}, {"identifier": " \t"}, {"period_days": "x"}])
    async def test_one_is_required(self, owner: httpx.AsyncClient, query: dict[str, str]) -> None:
        answer = await owner.get(VELOCITY, params=query)
        assert (answer.status_code, answer.json()) == (400, MISSING)

    async def test_a_null_character_is_refused(self, owner: httpx.AsyncClient) -> None:
        assert (await owner.get(VELOCITY, params={"identifier": "SKU-1\0"})).status_code == 400


class TestPeriodDays:
    @pytest.mark.parametrize("period_days", ["0", "-5", "3661", "x", "2.5", "1e2", "9" * 200])
    async def test_what_is_no_number_of_days_is_refused(
        self, owner: httpx.AsyncClient, consume: Consume, period_days: str
    ) -> None:
        await consume(a_product())
        answer = await owner.get(VELOCITY, params={"identifier": "SKU-1", "period_days": period_days})
        assert (answer.status_code, answer.json()) == (400, REFUSED)

    async def test_an_empty_one_is_thirty(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product())
        assert (await velocity_of(owner, period_days=""))["analyzed_period_days"] == 30


class TestAnswer:
    async def test_the_time_of_the_figures_is_told(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product())
        answer = await owner.get(VELOCITY, params={"identifier": "SKU-1"})
        assert answer.headers["x-data-as-of"].endswith("Z")

    async def test_as_csv_it_is_a_line(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_product(current_stock=70),
            a_stock(current_stock=70, change=70, ledger_id=1, changed_at=days_ago(2)),
            a_paid_order(a_line(quantity=20), paid_at=days_ago(2)),
            a_stock(current_stock=50, change=-20, ledger_id=2, changed_at=days_ago(2)),
        )
        answer = await owner.get(VELOCITY, params={"identifier": "sku-1"}, headers={"Accept": "text/csv"})
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "product_name,product_sku,analyzed_period_days,total_units_sold,sales_velocity,current_stock,"
            "depletion_estimation_days,days_in_stock,sales_velocity_in_stock",
            "Laptop,SKU-1,3,20,6.67,50,7,3,6.67",
            "",
        ]
        assert answer.headers["content-disposition"] == 'attachment; filename="sales-velocity.csv"'
