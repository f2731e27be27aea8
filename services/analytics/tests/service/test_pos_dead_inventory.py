"""Dead inventory at the POS door (POS §29)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from libs.testing.links import rest_of
from services.analytics.tests.builders import (
    A_MOMENT,
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_product,
    a_refund,
    a_return,
    a_stock,
)

DEAD_INVENTORY = "/api/analytics/reports/dead-inventory/"
NONE_DEAD = {"message": "Todos los productos han tenido ventas en este período."}


async def dead(owner: httpx.AsyncClient, **query: str) -> Any:
    """The ids in the list, or the answer if it is none."""
    answer = (await owner.get(DEAD_INVENTORY, params=query)).json()
    return [product["id"] for product in answer] if isinstance(answer, list) else answer


class TestWhich:
    async def test_the_document_s_own_products(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_product(42, name="Cargador Genérico USB-C", current_stock=50),
            a_product(14, name="Funda iPhone 12 Rosa", current_stock=15),
            a_product(3, name="Laptop"),
        )
        await consume(a_paid_order(a_line(3), paid_at=datetime(2023, 10, 1, 18, tzinfo=UTC)))
        listed = (await owner.get(DEAD_INVENTORY, params={"reference_date": "2023-10-01"})).json()
        assert [(product["id"], product["name"], product["current_stock"]) for product in listed] == [
            (14, "Funda iPhone 12 Rosa", 15),
            (42, "Cargador Genérico USB-C", 50),
        ]

    async def test_a_product_is_shown_with_its_sku_and_its_last_sale(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, name="Laptop", sku="LA-1"), a_product(2, name="Mouse", sku="MO-1"))
        await consume(
            a_paid_order(a_line(1), paid_at=A_MOMENT - timedelta(days=50)),
            a_paid_order(a_line(1), paid_at=A_MOMENT - timedelta(days=40)),
        )
        assert (await owner.get(DEAD_INVENTORY)).json() == [
            {"id": 1, "name": "Laptop", "sku": "LA-1", "current_stock": 10, "last_sale": "2026-01-21"},
            {"id": 2, "name": "Mouse", "sku": "MO-1", "current_stock": 10, "last_sale": None},
        ]

    async def test_by_default_it_is_dead_after_thirty_days(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1), a_product(2))
        await consume(
            a_paid_order(a_line(1), paid_at=A_MOMENT - timedelta(days=30)),
            a_paid_order(a_line(2), paid_at=A_MOMENT - timedelta(days=31)),
        )
        assert await dead(owner) == await dead(owner, reference_date="") == [2]

    @pytest.mark.parametrize(("reference_date", "listed"), [("2026-03-01", [1]), ("2026-03-02", [1, 2])])
    async def test_a_sale_counts_on_the_store_s_day(
        self, owner: httpx.AsyncClient, consume: Consume, reference_date: str, listed: list[int]
    ) -> None:
        await consume(a_product(1), a_product(2), a_product(3))
        await consume(
            a_paid_order(a_line(1), paid_at=datetime(2026, 3, 1, 5, 59, tzinfo=UTC)),  # 28 February, 23:59
            a_paid_order(a_line(2), paid_at=datetime(2026, 3, 2, 5, 59, tzinfo=UTC)),  # 1 March, 23:59
            a_paid_order(a_line(3), paid_at=datetime(2026, 3, 2, 6, 0, tzinfo=UTC)),  # 2 March, 00:00
        )
        assert await dead(owner, reference_date=reference_date) == listed

    async def test_today_is_the_store_s_today(
        self, owner: httpx.AsyncClient, consume: Consume, clock: Any
    ) -> None:
        clock.set(datetime(2026, 4, 1, 5, 0, tzinfo=UTC))  # 31 March in the store: since 1 March
        await consume(a_product(1))
        await consume(a_paid_order(a_line(1), paid_at=datetime(2026, 3, 1, 6, 0, tzinfo=UTC)))
        assert await dead(owner) == NONE_DEAD

    async def test_a_day_to_come_lists_every_product(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1), a_paid_order(a_line(1)))
        assert await dead(owner, reference_date="9999-12-31") == [1]

    async def test_all_products_were_sold(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(1), a_paid_order(a_line(1)))
        answer = await owner.get(DEAD_INVENTORY)
        assert (answer.status_code, answer.json()) == (200, NONE_DEAD)
        assert answer.headers["x-total-count"] == "0"

    @pytest.mark.parametrize("written", ["yesterday", "2026-02-30", "01-03-2026", "20260301", " ", "9" * 300])
    async def test_what_is_no_date(self, owner: httpx.AsyncClient, consume: Consume, written: str) -> None:
        await consume(a_product(1))
        answer = await owner.get(DEAD_INVENTORY, params={"reference_date": written})
        assert (answer.status_code, answer.json()) == (200, NONE_DEAD)

    async def test_a_null_character_is_refused(self, owner: httpx.AsyncClient) -> None:
        assert (await owner.get(DEAD_INVENTORY, params={"reference_date": "\0"})).status_code == 400

    async def test_a_product_without_stock_is_listed_too(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, current_stock=0))
        assert await dead(owner) == [1]


class TestEvents:
    async def test_a_sale_that_no_longer_counts_is_none(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        cancelled, refunded, returned = (
            a_paid_order(a_line(number, quantity=2), payment_method="WEB") for number in (1, 2, 3)
        )
        partly = a_paid_order(a_line(4, quantity=2), payment_method="WEB")
        await consume(*(a_product(number) for number in (1, 2, 3, 4)))
        await consume(
            a_cancellation(cancelled),  # before its payment is heard of
            *(cancelled, refunded, returned, partly),
            *(
                a_refund(refunded),
                a_return(returned, {3: 2}, is_everything_back=True),
                a_return(partly, {4: 1}),
            ),
        )
        assert await dead(owner) == [1, 2, 3]

    async def test_a_product_that_came_back_from_a_sale_of_several_was_not_sold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(1), a_line(2), payment_method="WEB")
        await consume(a_product(1), a_product(2))
        await consume(a_return(order, {1: 1}), order, order)
        assert await dead(owner) == [1]

    async def test_till_and_web_sales_count(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(1), a_product(2), a_product(3))
        await consume(a_paid_order(a_line(1)), a_paid_order(a_line(2), payment_method="WEB"))
        assert await dead(owner) == [3]

    async def test_deleted_and_undescribed_products_are_not_listed(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(1, deleted=True), a_product(2, name="Old"), a_stock(3, current_stock=1, ledger_id=1)
        )
        await consume(a_paid_order(a_line(4), paid_at=A_MOMENT - timedelta(days=90)))
        await consume(a_product(2, name="New", current_stock=6))
        listed = (await owner.get(DEAD_INVENTORY)).json()
        assert [(product["id"], product["name"]) for product in listed] == [(2, "New")]


class TestPages:
    async def test_pages_follow_each_other_without_gap_or_repeat(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(*(a_product(number) for number in (5, 3, 1, 4, 2)), a_paid_order(a_line(3)))
        page = await owner.get(DEAD_INVENTORY, params={"limit": "2", "reference_date": "2026-03-01"})
        assert page.headers["x-total-count"] == "4"
        assert page.headers["x-data-as-of"].endswith("Z")
        ids = [product["id"] for product in page.json()]
        assert [*ids, *await rest_of(owner, page)] == [1, 2, 4, 5]

    async def test_an_offset_skips(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(*(a_product(number) for number in (1, 2, 3)))
        assert await dead(owner, offset="2") == [3]
        assert await dead(owner, offset="3") == []


class TestAsCsv:
    async def csv(self, owner: httpx.AsyncClient, **query: str) -> httpx.Response:
        return await owner.get(DEAD_INVENTORY, params=query, headers={"Accept": "text/csv"})

    async def test_all_products_are_in_the_file(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(1, name="Laptop"), a_product(2, name="=1+1"))
        await consume(a_paid_order(a_line(1), paid_at=A_MOMENT - timedelta(days=40)))
        answer = await self.csv(owner, limit="1")
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "id,name,sku,current_stock,last_sale",
            "1,Laptop,SKU-1,10,2026-01-21",
            "2,'=1+1,SKU-2,10,",
            "",
        ]
        assert answer.headers["content-disposition"] == 'attachment; filename="dead-inventory.csv"'
        assert answer.headers["x-data-as-of"].endswith("Z")

    async def test_no_product_is_a_file_with_a_header(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1))
        answer = await self.csv(owner, reference_date="yesterday")
        assert (answer.status_code, answer.text.count("\r\n")) == (200, 1)
