"""The list of products at the STORE door (STORE 11, contract §3)."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from libs.testing.links import rest_of
from services.catalog.tests.builders import TREATS, Shop, a_product
from services.catalog.usecases.products.storefront import FINAL_PRICE


async def test_products_are_listed_by_id_as_documented(shop: Shop) -> None:
    await shop.store_product(sku="DOG01")
    await shop.store_product(sku="CAT02", weight=None)
    response = await shop.ask_store("GET", role=None)
    shown = {name: value for name, value in TREATS.items() if name not in {"cost", "supplier"}}
    without_weight = {name: value for name, value in shown.items() if name != "weight"}
    assert response.status_code == 200
    assert response.json() == [
        {"id": 1, **shown, "sku": "DOG01"},
        {"id": 2, **without_weight, "sku": "CAT02"},
    ]
    assert response.headers["X-Total-Count"] == "2"


async def test_what_a_till_left_out_is_null(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    assert (await shop.ask_store("GET", role=None)).json() == [
        {
            "id": 1,
            "sku": "KO-600-MX",
            "description": "Coca Cola 600ml",
            "category": None,
            "pet_type": None,
            "stock_quantity": 100,
            "price": 21.46,
            "brand": None,
            "is_active": True,
        }
    ]


@pytest.mark.parametrize("role", [None, "USER", "ADMIN"])
async def test_only_active_products_are_listed(shop: Shop, role: str | None) -> None:
    active = await shop.store_product()
    await shop.store_product(is_active=False)
    assert await shop.listed(role=role) == [active["id"]]


async def test_filters_of_category_and_animal_are_combined(shop: Shop) -> None:
    for category, pet_type in (("food", "dog"), ("food", "cat"), ("toys", "dog")):
        await shop.store_product(category=category, pet_type=pet_type)
    assert await shop.listed(category="food") == [1, 2]
    assert await shop.listed(pet_type="dog") == [1, 3]
    assert await shop.listed(category="food", pet_type="dog") == [1]
    assert await shop.listed(category="health") == []


async def test_prices_are_filtered_with_both_ends_included(shop: Shop) -> None:
    for price in (10, 20, 30):
        await shop.store_product(price=price)
    assert await shop.listed(min_price=20) == [2, 3]
    assert await shop.listed(max_price="20.00") == [1, 2]
    assert await shop.listed(min_price=10.01, max_price=29.99) == [2]
    assert await shop.listed(min_price=30, max_price=10) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"max_price": 100 / 3}, [1, 2]),
        ({"min_price": 0.1 + 0.2}, [1, 2, 3]),
        ({"min_price": "20.0000004", "max_price": "20.00000000000000000000000000000001"}, [2]),
        ({"min_price": "20.000001"}, [3]),
        ({"max_price": 2**53 - 1}, [1, 2, 3]),
        ({"min_price": -1e300, "max_price": 1e300}, [1, 2, 3]),
        ({"max_price": "1e9999999"}, [1, 2, 3]),
        ({"max_price": "1e-9999999"}, []),
        ({"min_price": "1e999999999"}, []),
    ],
)
async def test_a_price_filter_takes_any_number(shop: Shop, filters: dict[str, Any], found: list[int]) -> None:
    for price in ("0.30", 20, 100):
        await shop.store_product(price=price)
    assert await shop.listed(**filters) == found


async def test_the_filtered_price_is_the_one_paid_now(shop: Shop) -> None:
    taxed = await shop.product(price="100.00")
    reduced = await shop.product(price="100.00")
    await shop.promotion(reduced, discount_percent="50.00")
    assert await shop.listed(min_price=116) == [taxed["id"]]
    assert await shop.listed(max_price=58) == [reduced["id"]]


async def test_a_product_is_found_by_its_price_to_the_cent_at_every_rate(shop: Shop) -> None:
    for price, rate in product(("0.01", "3.99", "10.60"), ("16.00", "8.00", "0.00", "EXENT")):
        await shop.product(price=price, tax_rate=rate)
        reduced = await shop.product(price=price, tax_rate=rate)
        await shop.promotion(reduced, discount_percent="33.33")
    cents = {
        each["id"]: Decimal(str(each["price"])) for each in (await shop.ask_store("GET", role=None)).json()
    }
    for paid in {*cents.values()}:
        same = [id_ for id_, price in cents.items() if price == paid]
        assert await shop.listed(min_price=paid, max_price=paid) == same
        above = [id_ for id_, price in cents.items() if price > paid]
        assert await shop.listed(min_price=paid + Decimal("0.000001")) == above
        assert await shop.listed(max_price=paid) == [id_ for id_ in cents if id_ not in above]


async def test_a_price_filter_follows_the_promotions_of_the_day(shop: Shop) -> None:
    for start, end, audience in (
        ("2026-03-01", "2026-03-02", "ALL"),
        ("2026-03-02", "2026-03-09", "FREQUENT_ONLY"),
        ("2026-02-01", "2026-03-01", "ALL"),
        ("2026-03-03", "2026-03-09", "ALL"),
    ):
        made = await shop.product(price="100.00", tax_rate="0.00")
        await shop.promotion(
            made, discount_percent="50.00", start_date=start, end_date=end, target_audience=audience
        )
    assert await shop.listed(max_price=50) == [1]
    assert await shop.listed(min_price=100) == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("category", "cars", '"cars" is not a valid choice.'),
        ("category", "", '"" is not a valid choice.'),
        ("pet_type", "Dog", '"Dog" is not a valid choice.'),
        ("min_price", "abc", "A valid number is required."),
        ("min_price", "", "A valid number is required."),
        ("max_price", "NaN", "A valid number is required."),
        ("max_price", "Infinity", "A valid number is required."),
        ("limit", "0", "Ensure this value is greater than or equal to 1."),
    ],
)
async def test_a_bad_filter_is_refused(shop: Shop, name: str, value: str, message: str) -> None:
    response = await shop.ask_store("GET", role=None, params={name: value})
    assert response.status_code == 400
    assert response.json() == {"error": message, "fields": {name: [message]}}


async def test_all_bad_filters_are_named_at_once(shop: Shop) -> None:
    params = {"category": "cars", "min_price": "abc", "max_price": "1e"}
    response = await shop.ask_store("GET", role=None, params=params)
    assert (response.status_code, [*response.json()["fields"]]) == (400, [*params])


@pytest.mark.parametrize(
    "filters", [{}, {"category": "food"}, {"min_price": 10}, {"pet_type": "dog", "max_price": 99}]
)
async def test_a_list_comes_in_pages(shop: Shop, filters: dict[str, Any]) -> None:
    for _ in range(5):
        await shop.store_product()
    first = await shop.ask_store("GET", role=None, params={**filters, "limit": 2})
    assert [product["id"] for product in first.json()] == [1, 2]
    assert first.headers["X-Total-Count"] == "5"
    assert await rest_of(shop.client, first) == [3, 4, 5]
    assert await shop.listed(**filters, limit=2, offset=4) == [5]


async def test_the_filtered_price_is_the_shown_one_to_the_cent(shop: Shop) -> None:
    rows = await shop.database.fetch_dicts(SELECT_PRICES)
    assert len(rows) == 4_000
    in_sql = [row.pop("final_price") for row in rows]
    assert [a_product(**row).final_price for row in rows] == in_sql
    assert max(in_sql) > Decimal(1_000)


# Prices of all magnitudes, at all tax rates, half of them reduced by 0.01 to 40 %.
SELECT_PRICES = f"""
    select product.*, promotion.discount_percent, {FINAL_PRICE} as final_price
    from generate_series(1, 4000) n,
        lateral (
            select (n * 37 %% 1000 * power(10, n %% 5) + n %% 10000)::numeric / 10000 + 0.005 as price,
                (array['0.16', '0.08', '0.00', 'EXENT'])[1 + n / 2 %% 4] as tax_rate
        ) product,
        lateral (select case when n %% 2 = 0 then n::numeric / 100 end as discount_percent) promotion
"""
