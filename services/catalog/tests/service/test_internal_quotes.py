"""Quotes at the internal door: what a shopper pays now for one piece, and how many there are."""

from typing import Any

from libs.common.contracts.internal.catalog import QUOTES_MAX
from libs.testing.clock import FakeClock
from services.catalog.tests.builders import NO_SUCH_ID, Shop


async def quote(shop: Shop, product: Any) -> Any:
    """The quote of the product."""
    response = await shop.quotes(product["id"])
    assert response.status_code == 200, response.text
    (quote,) = response.json()["quotes"]
    return quote


async def test_a_quote_is_what_the_web_shop_shows(shop: Shop) -> None:
    product = await shop.product(name="DOG01", description="Premium Dog Food 15kg", price="86.21")
    shown = await shop.shown(product)
    assert await quote(shop, product) == {
        "product_id": product["id"],
        "product_name": "Premium Dog Food 15kg",
        "price": "100.00",
        "available": 100,
        "is_active": True,
        "name": "DOG01",
        "tax_rate": "0.16",
    }
    assert (shown["price"], shown["description"]) == (100.0, "Premium Dog Food 15kg")


async def test_a_promotion_for_everybody_is_in_the_price_and_one_for_frequent_customers_is_not(
    shop: Shop,
) -> None:
    for_all, for_some = [await shop.product(price="20.00", tax_rate="EXENT") for _ in range(2)]
    await shop.promotion(for_all, discount_percent="15.00")
    await shop.promotion(for_some, discount_percent="15.00", target_audience="FREQUENT_ONLY")
    assert (await quote(shop, for_all))["price"] == "17.00"
    assert (await quote(shop, for_some))["price"] == "20.00"


async def test_a_promotion_that_is_over_is_in_the_price_no_longer(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(price="20.00", tax_rate="EXENT")
    await shop.promotion(product, discount_percent="50.00")
    assert (await quote(shop, product))["price"] == "10.00"
    clock.advance(days=7)
    assert (await quote(shop, product))["price"] == "20.00"


async def test_what_carts_hold_is_not_available_until_it_lapses(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 3)
    assert (await quote(shop, product))["available"] == 2
    clock.advance(minutes=30)
    assert (await quote(shop, product))["available"] == 5


async def test_an_inactive_product_is_quoted_and_marked(shop: Shop) -> None:
    assert (await quote(shop, await shop.product(is_active=False)))["is_active"] is False


async def test_unknown_and_deleted_products_are_left_out_and_each_product_is_quoted_once(
    shop: Shop,
) -> None:
    first, deleted, last = [await shop.product() for _ in range(3)]
    await shop.ask("DELETE", f"products/{deleted['id']}/", role="ADMIN")
    asked = (last["id"], NO_SUCH_ID, first["id"], deleted["id"], 2**62, first["id"])
    quotes = (await shop.quotes(*asked)).json()["quotes"]
    assert [quote["product_id"] for quote in quotes] == [first["id"], last["id"]]


async def test_of_unknown_products_alone_there_are_no_quotes(shop: Shop) -> None:
    assert (await shop.quotes(NO_SUCH_ID)).json() == {"quotes": []}


async def test_as_many_as_the_contract_says_are_quoted_at_once_and_no_more(shop: Shop) -> None:
    await shop.product()
    assert (await shop.quotes(*range(1, QUOTES_MAX + 1))).status_code == 200
    response = await shop.quotes(*range(1, QUOTES_MAX + 2))
    assert (response.status_code, response.json()["code"]) == (400, "invalid_fields")
