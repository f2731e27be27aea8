"""Stories of the owner's reports about stock: cases that went wrong in other shops."""

from collections.abc import Mapping
from typing import Any

from tests.e2e.report_stories import CURRENT_WITHIN_SECONDS
from tests.e2e.shop import Shop, done, made
from tests.e2e.waiting import eventually
from tests.e2e.web_stories import Story


def a_product_s_own_threshold_decides_whether_its_stock_is_low(shop: Shop) -> None:
    """Case a03."""
    product = shop.new_product(stock=25)
    assert not _change(shop, product, low_stock_threshold=20)["low_stock"]
    assert _change(shop, product, low_stock_threshold=60)["low_stock"]

    def is_listed_by_its_own_or_a_given_threshold() -> None:
        listed = [product in _low_stock(shop, query) for query in ("", "?threshold=24", "?threshold=25")]
        assert listed == [True, False, True]

    eventually(is_listed_by_its_own_or_a_given_threshold, within_seconds=CURRENT_WITHIN_SECONDS)


def velocity_leaves_out_the_days_before_the_first_sale(shop: Shop) -> None:
    """Case a05."""
    product = shop.new_product(stock=100)
    sku = done(shop.owner.get(f"/api/products/{product}/"))["sku"]
    order = made(shop.owner.post("/api/orders/", json={"items": [{"product_id": product, "quantity": 6}]}))
    done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "CASH"}))

    def six_a_day() -> None:
        query = {"identifier": sku.lower(), "period_days": 30}
        velocity = done(shop.owner.get("/api/analytics/sales-velocity/", params=query))
        assert velocity["analyzed_period_days"] == velocity["days_in_stock"] == 1
        assert (velocity["total_units_sold"], velocity["current_stock"]) == (6, 94)
        assert velocity["sales_velocity"] == velocity["sales_velocity_in_stock"] == 6.0
        assert velocity["depletion_estimation_days"] == 15

    eventually(six_a_day, within_seconds=CURRENT_WITHIN_SECONDS)


def stock_without_a_known_cost_is_valued_at_its_price(shop: Shop) -> None:
    """Case a07."""
    product = shop.new_product(stock=1, price="50.00", tax_rate="0.16")
    sku = done(shop.owner.get(f"/api/products/{product}/"))["sku"]

    def is_valued(cost: float, profit: float, margin: float) -> None:
        def check() -> None:
            assert _valuation(shop, sku) == {
                "scope": f"Specific Product: {sku}",
                "financial_metrics": {
                    "total_inventory_cost": cost,
                    "total_potential_sale": 58.0,
                    "total_potential_profit": profit,
                    "profit_margin_percentage": margin,
                },
            }

        eventually(check, within_seconds=CURRENT_WITHIN_SECONDS)

    def has_no_value() -> None:
        assert _valuation(shop, sku) == {"error": "No products available in the selected scope."}

    is_valued(50.0, 8.0, 13.79)
    _change(shop, product, cost="30.00")
    is_valued(30.0, 28.0, 48.28)
    _change(shop, product, current_stock=0)
    eventually(has_no_value, within_seconds=CURRENT_WITHIN_SECONDS)


STORIES: tuple[Story, ...] = (
    a_product_s_own_threshold_decides_whether_its_stock_is_low,
    velocity_leaves_out_the_days_before_the_first_sale,
    stock_without_a_known_cost_is_valued_at_its_price,
)


def _change(shop: Shop, product: int, **changes: object) -> Mapping[str, Any]:
    changed: Mapping[str, Any] = done(shop.owner.patch(f"/api/products/{product}/", json=changes))
    return changed


def _low_stock(shop: Shop, query: str) -> set[int]:
    answer = done(shop.owner.get(f"/api/analytics/reports/low-stock/{query}"))
    return {listed["id"] for listed in answer} if isinstance(answer, list) else set()


def _valuation(shop: Shop, sku: str) -> Any:
    query = {"product_identifier": sku}
    return shop.owner.get("/api/analytics/inventory-valuation/", params=query).json()
