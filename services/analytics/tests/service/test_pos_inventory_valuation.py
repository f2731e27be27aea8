"""Inventory valuation at the POS door (POS §31, the second)."""

from typing import Any

import httpx
import pytest

from services.analytics.tests.builders import Consume, a_line, a_paid_order, a_product, a_stock

VALUATION = "/api/analytics/inventory-valuation/"
NOTHING = {"error": "No products available in the selected scope."}


def metrics(cost: float, sale: float, profit: float, margin: float) -> dict[str, float]:
    return {
        "total_inventory_cost": cost,
        "total_potential_sale": sale,
        "total_potential_profit": profit,
        "profit_margin_percentage": margin,
    }


async def value(owner: httpx.AsyncClient, identifier: str | None = None) -> Any:
    """The metrics, or the answer if there are none."""
    answer = await owner.get(VALUATION, params={"product_identifier": identifier} if identifier else {})
    return answer.json().get("financial_metrics", answer.json())


class TestHowMuch:
    @pytest.fixture(autouse=True)
    async def _the_document_s_products(self, consume: Consume) -> None:
        """One at 50.00 and one at 100.00, neither with a known cost."""
        await consume(
            a_product(
                1,
                name="Teclado",
                sku="TEC001",
                current_stock=1,
                price="50.00",
                final_price="58.00",
                cost=None,
            ),
            a_product(
                2, name="Monitor Gamer", current_stock=1, price="100.00", final_price="116.00", cost=None
            ),
        )

    async def test_the_document_s_entire_inventory(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(VALUATION)
        assert answer.json() == {
            "scope": "Entire Inventory",
            "financial_metrics": metrics(150.0, 174.0, 24.0, 13.79),
        }
        assert answer.headers["x-data-as-of"].endswith("Z")

    @pytest.mark.parametrize(
        ("identifier", "found_as"),
        [("TEC001", "TEC001"), ("tec001", "TEC001"), (" TEC001 ", "TEC001"), ("teclado", "Teclado")],
    )
    async def test_the_document_s_product(
        self, owner: httpx.AsyncClient, identifier: str, found_as: str
    ) -> None:
        answer = await owner.get(VALUATION, params={"product_identifier": identifier})
        assert answer.json() == {
            "scope": f"Specific Product: {found_as}",
            "financial_metrics": metrics(50.0, 58.0, 8.0, 13.79),
        }

    @pytest.mark.parametrize("identifier", ["", " "])
    async def test_an_empty_identifier_means_all(self, owner: httpx.AsyncClient, identifier: str) -> None:
        answer = await owner.get(VALUATION, params={"product_identifier": identifier})
        assert answer.json()["scope"] == "Entire Inventory"

    @pytest.mark.parametrize("identifier", ["TEC", "Tec%", "x" * 5_000, "😀", "TEC001; --"])
    async def test_a_product_that_is_not_there(self, owner: httpx.AsyncClient, identifier: str) -> None:
        answer = await owner.get(VALUATION, params={"product_identifier": identifier})
        assert (answer.status_code, answer.json()) == (404, NOTHING)

    async def test_a_null_character_is_refused(self, owner: httpx.AsyncClient) -> None:
        assert (await owner.get(VALUATION, params={"product_identifier": "\0"})).status_code == 400

    async def test_as_csv_it_is_a_line(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(VALUATION, headers={"Accept": "text/csv"})
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "scope,total_inventory_cost,total_potential_sale,total_potential_profit,profit_margin_percentage",
            "Entire Inventory,150.00,174.00,24.00,13.79",
            "",
        ]
        assert answer.headers["content-disposition"] == 'attachment; filename="inventory-valuation.csv"'


class TestCost:
    async def test_a_known_cost_counts_and_otherwise_the_price(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=1, price="50.00", final_price="58.00", cost=None))
        assert await value(owner, "SKU-1") == metrics(50.0, 58.0, 8.0, 13.79)
        await consume(a_product(current_stock=1, price="50.00", final_price="58.00", cost="30.00"))
        assert await value(owner, "SKU-1") == await value(owner) == metrics(30.0, 58.0, 28.0, 48.28)
        await consume(a_stock(current_stock=0, ledger_id=1))
        assert await value(owner, "SKU-1") == await value(owner) == NOTHING

    async def test_fractions_of_a_cent_are_added_before_they_are_rounded(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        # 3 × 86.2069 + 2 × 0.0049 = 258.6207 + 0.0098 = 258.6305
        await consume(
            a_product(1, current_stock=3, price="86.2069", final_price="100.00", cost=None),
            a_product(2, current_stock=2, price="0.0049", final_price="0.01", cost=None),
        )
        # 41.3895 of 300.02 are 13.7956 %
        assert await value(owner) == metrics(258.63, 300.02, 41.39, 13.8)

    async def test_stock_that_sells_at_a_loss(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(current_stock=2, final_price="50.00", cost="60.00"))
        assert await value(owner) == metrics(120.0, 100.0, -20.0, -20.0)

    async def test_what_brings_nothing_has_no_margin(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(current_stock=1, price="0.00", final_price="0.00", cost="5.00"))
        assert await value(owner) == metrics(5.0, 0.0, -5.0, 0.0)

    async def test_the_sale_is_at_today_s_price(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_product(current_stock=1, final_price="116.00", cost="60.00"), sequence=1)
        await consume(a_product(current_stock=1, final_price="58.00", cost="60.00"), sequence=3)  # half price
        await consume(a_product(current_stock=1, final_price="99.00", cost="10.00"), sequence=2)
        assert await value(owner) == metrics(60.0, 58.0, -2.0, -3.45)


class TestEvents:
    async def test_the_newest_stock_counts_whatever_is_heard_of_first(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        newest = a_stock(current_stock=4, ledger_id=7)
        await consume(newest)
        assert await value(owner) == NOTHING
        await consume(a_product(current_stock=9), a_stock(current_stock=8, ledger_id=6), newest)
        assert await value(owner) == metrics(240.0, 464.0, 224.0, 48.28)

    async def test_deleted_and_undescribed_products_have_no_value(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1), a_product(1, deleted=True), a_stock(1, current_stock=5, ledger_id=1))
        await consume(a_paid_order(a_line(2, product_name="Sold")), a_stock(2, current_stock=5, ledger_id=2))
        assert await value(owner) == await value(owner, "SKU-1") == await value(owner, "sold") == NOTHING

    async def test_an_empty_shop_has_no_value(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(VALUATION, headers={"Accept": "text/csv"})
        assert (answer.status_code, answer.json()) == (404, NOTHING)
        assert answer.headers["x-error-code"] == "nothing_in_stock"
