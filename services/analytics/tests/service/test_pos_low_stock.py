"""Low stock at the POS door (POS §28)."""

from typing import Any

import httpx
import pytest

from libs.testing.links import rest_of
from services.analytics.tests.builders import Consume, a_line, a_paid_order, a_product, a_stock

LOW_STOCK = "/api/analytics/reports/low-stock/"
NONE_LOW = {"message": "No hay productos dentro del umbral establecido."}


async def names(owner: httpx.AsyncClient, **query: str) -> Any:
    """The names in the list, or the answer if it is none."""
    answer = (await owner.get(LOW_STOCK, params=query)).json()
    return [product["name"] for product in answer] if isinstance(answer, list) else answer


async def consume_the_document_s_products(consume: Consume) -> None:
    await consume(
        a_product(1, name="Agua Ciel 1L", current_stock=0),
        a_product(2, name="Galletas Emperador", current_stock=2),
        a_product(3, name="Coca Cola 600ml", current_stock=8),
        a_product(4, name="Laptop", current_stock=11),
    )


class TestWhich:
    @pytest.mark.parametrize("query", [{}, {"threshold": "10"}, {"threshold": ""}])
    async def test_the_document_s_own_products(
        self, owner: httpx.AsyncClient, consume: Consume, query: dict[str, str]
    ) -> None:
        await consume_the_document_s_products(consume)
        listed = (await owner.get(LOW_STOCK, params=query)).json()
        assert [(product["name"], product["current_stock"]) for product in listed] == [
            ("Coca Cola 600ml", 8),
            ("Galletas Emperador", 2),
            ("Agua Ciel 1L", 0),
        ]

    async def test_a_product_is_shown_with_its_id_sku_and_threshold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(7, name="Mouse", sku="MO-1", current_stock=4, low_stock_threshold=6))
        assert (await owner.get(LOW_STOCK)).json() == [
            {"id": 7, "name": "Mouse", "sku": "MO-1", "current_stock": 4, "low_stock_threshold": 6}
        ]

    async def test_the_threshold_of_each_product_counts_unless_one_is_given(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(1, name="Laptop", current_stock=25, low_stock_threshold=60),
            a_product(2, name="Mouse", current_stock=9, low_stock_threshold=8),
            a_product(3, name="Hub", current_stock=9, low_stock_threshold=9),
        )
        assert await names(owner) == ["Laptop", "Hub"]
        assert await names(owner, threshold="24") == ["Mouse", "Hub"]
        assert await names(owner, threshold="25") == ["Laptop", "Mouse", "Hub"]

    async def test_equal_stocks_come_by_id(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        for number in (3, 1, 2):
            await consume(a_product(number, name=f"Product {number}", current_stock=5))
        assert await names(owner) == ["Product 1", "Product 2", "Product 3"]

    @pytest.mark.parametrize("threshold", ["ten", "2.5", "1e2", "-1", "%", "٣", "9" * 300])
    async def test_a_threshold_that_no_stock_can_meet(
        self, owner: httpx.AsyncClient, consume: Consume, threshold: str
    ) -> None:
        await consume(a_product(current_stock=0))
        assert await names(owner, threshold=threshold) == NONE_LOW

    async def test_a_null_character_is_refused(self, owner: httpx.AsyncClient) -> None:
        assert (await owner.get(LOW_STOCK, params={"threshold": "\0"})).status_code == 400

    async def test_a_huge_threshold_finds_all(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(current_stock=1_000_000_000))
        assert await names(owner, threshold="9" * 30) == ["Laptop"]

    async def test_no_product_at_all(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(LOW_STOCK)
        assert (answer.status_code, answer.json()) == (200, NONE_LOW)
        assert answer.headers["x-total-count"] == "0"
        assert "x-data-as-of" not in answer.headers


class TestEvents:
    async def test_a_deleted_product_is_not_listed_also_if_it_is_deleted_before_it_is_described(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=1, deleted=True), sequence=2)
        await consume(a_product(current_stock=1), sequence=1)
        await consume(a_stock(current_stock=0, ledger_id=1))
        assert await names(owner) == NONE_LOW

    async def test_stock_that_is_heard_of_before_its_product_counts_once_that_is_described(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_stock(current_stock=3, ledger_id=5))
        assert await names(owner, threshold="9") == NONE_LOW
        await consume(a_product(name="Laptop", current_stock=20))
        listed = (await owner.get(LOW_STOCK)).json()
        assert [(product["name"], product["current_stock"]) for product in listed] == [("Laptop", 3)]

    async def test_a_product_that_only_a_sale_has_named_is_not_listed(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(1, product_name="Laptop")), a_stock(current_stock=0, ledger_id=1))
        assert await names(owner, threshold="9") == NONE_LOW

    async def test_an_older_stock_that_arrives_later_changes_nothing(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=20))
        await consume(a_stock(current_stock=12, ledger_id=9))
        await consume(a_stock(current_stock=2, ledger_id=8), a_stock(current_stock=2, ledger_id=8))
        assert await names(owner) == NONE_LOW
        assert await names(owner, threshold="12") == ["Laptop"]

    async def test_a_new_name_and_a_new_threshold_count_and_older_ones_do_not(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(name="Old", current_stock=20), sequence=1)
        await consume(a_product(name="New", current_stock=20, low_stock_threshold=20), sequence=3)
        await consume(a_product(name="Late", current_stock=20, low_stock_threshold=5), sequence=2)
        assert await names(owner) == ["New"]


class TestPages:
    @pytest.fixture(autouse=True)
    async def _products(self, consume: Consume) -> None:
        """Seven products, three with a stock of 9 and four of 8."""
        stocks = [9, 8, 9, 8, 8, 9, 8]
        numbered = enumerate(stocks, start=1)
        await consume(*(a_product(number, current_stock=stock) for number, stock in numbered))

    @pytest.mark.parametrize("threshold", [None, "9"])
    async def test_pages_follow_each_other_without_gap_or_repeat(
        self, owner: httpx.AsyncClient, threshold: str | None
    ) -> None:
        query = {"limit": "2"} | ({"threshold": threshold} if threshold else {})
        page = await owner.get(LOW_STOCK, params=query)
        assert page.headers["x-total-count"] == "7"
        ids = [product["id"] for product in page.json()]
        assert [*ids, *await rest_of(owner, page)] == [1, 3, 6, 2, 4, 5, 7]

    async def test_an_offset_skips_and_past_the_end_is_an_empty_page(self, owner: httpx.AsyncClient) -> None:
        assert len(await names(owner, offset="5")) == 2
        for count in ("usual", "none", "exact"):
            query = {"offset": "7"} | ({} if count == "usual" else {"count": count})
            assert await names(owner, **query) == []

    async def test_the_time_of_the_figures_is_told(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(LOW_STOCK, params={"limit": "1"})
        assert answer.headers["x-data-as-of"].endswith("Z")
        assert answer.headers["vary"] == "Accept"

    async def test_a_page_that_the_caller_has_is_not_sent_again(self, owner: httpx.AsyncClient) -> None:
        etag = (await owner.get(LOW_STOCK)).headers["etag"]
        assert (await owner.get(LOW_STOCK, headers={"If-None-Match": etag})).status_code == 304


class TestAsCsv:
    async def csv(self, owner: httpx.AsyncClient, **query: str) -> httpx.Response:
        return await owner.get(LOW_STOCK, params=query, headers={"Accept": "text/csv"})

    async def test_all_products_are_in_the_file_whatever_the_limit(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume_the_document_s_products(consume)
        answer = await self.csv(owner, limit="1")
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "id,name,sku,current_stock,low_stock_threshold",
            "3,Coca Cola 600ml,SKU-3,8,10",
            "2,Galletas Emperador,SKU-2,2,10",
            "1,Agua Ciel 1L,SKU-1,0,10",
            "",
        ]
        assert answer.headers["content-disposition"] == 'attachment; filename="low-stock.csv"'
        assert answer.headers["x-data-as-of"].endswith("Z")

    async def test_the_threshold_counts(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_the_document_s_products(consume)
        assert (await self.csv(owner, threshold="1")).text.count("\r\n") == 2

    @pytest.mark.parametrize("threshold", ["ten", ""])
    async def test_no_product_is_a_file_with_a_header(self, owner: httpx.AsyncClient, threshold: str) -> None:
        answer = await self.csv(owner, threshold=threshold)
        assert (answer.status_code, answer.text.count("\r\n")) == (200, 1)
