"""Catalog answers sales as in the samples of its internal contract."""

from typing import Any
from uuid import UUID

import pytest

from libs.common.contracts.internal.catalog import (
    DELETE_ALLOCATION,
    LIST_QUOTES,
    PUT_ALLOCATION,
    PUT_CANCELLATION,
    PUT_RETURN,
    PUT_SOLD_ALLOCATION,
    Refusal,
)
from libs.common.contracts.internal.samples import Reply, sample
from libs.testing.samples import ask
from services.catalog.tests.builders import Shop

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
SAMPLE = sample(PUT_ALLOCATION)
COLA_KEYS = {"clave_prod_serv": "50202306", "clave_unidad": "H87", "objeto_imp": "02"}


@pytest.fixture
async def shelf(shop: Shop) -> list[Any]:
    """The products of the sample."""
    cola = await shop.product(name="Coca Cola", price="18.50", **COLA_KEYS)
    milk = await shop.product(name="Leche", price="25.50", tax_rate="EXENT")
    food = await shop.product(name="Croquetas", price="86.21", tax_rate="0.08")
    await shop.database.execute("update products set price = 86.2069 where name = 'Croquetas'")
    await shop.promotion(cola, discount_percent="15.00", target_audience="FREQUENT_ONLY")
    return [cola, milk, food]


async def put(shop: Shop) -> Reply:
    return await ask(shop.client, PUT_ALLOCATION, shop.tokens.service(caller="sales"))


async def delete(shop: Shop) -> Reply:
    return await ask(shop.client, DELETE_ALLOCATION, shop.tokens.service(caller="sales"))


@pytest.mark.usefixtures("shelf")
async def test_an_allocation_is_answered_as_sampled(shop: Shop) -> None:
    assert await put(shop) == SAMPLE.answer


async def test_unknown_products_are_refused_as_sampled(shop: Shop) -> None:
    assert await put(shop) == SAMPLE.refusals[Refusal.UNKNOWN_PRODUCT]


@pytest.mark.usefixtures("shelf")
async def test_short_stock_is_refused_as_sampled(shop: Shop) -> None:
    await shop.database.execute("update products set current_stock = 2 where name = 'Coca Cola'")
    assert await put(shop) == SAMPLE.refusals[Refusal.INSUFFICIENT_STOCK]


@pytest.mark.usefixtures("shelf")
async def test_a_released_allocation_is_refused_as_sampled(shop: Shop) -> None:
    await shop.release(ORDER)
    assert await put(shop) == SAMPLE.refusals[Refusal.ALLOCATION_RELEASED]


async def test_a_product_in_two_lines_is_refused_as_sampled(shop: Shop, shelf: list[Any]) -> None:
    response = await shop.allocate((shelf[0], 1), (shelf[0], 2))
    assert Reply(response.status_code, response.json()) == SAMPLE.refusals[Refusal.PRODUCT_TWICE]


@pytest.mark.usefixtures("shelf")
async def test_a_release_is_answered_as_sampled(shop: Shop) -> None:
    await put(shop)
    assert await delete(shop) == sample(DELETE_ALLOCATION).answer


@pytest.mark.usefixtures("shelf")
async def test_a_cancellation_is_answered_as_sampled(shop: Shop) -> None:
    await put(shop)
    headers = shop.tokens.service(caller="sales")
    assert await ask(shop.client, PUT_CANCELLATION, headers) == sample(PUT_CANCELLATION).answer


@pytest.mark.usefixtures("shelf")
async def test_a_release_of_an_order_that_stands_is_refused_as_sampled(shop: Shop) -> None:
    await put(shop)
    await shop.database.execute("update allocations set status = 'CONFIRMED'")
    assert await delete(shop) == sample(DELETE_ALLOCATION).refusals[Refusal.ALLOCATION_CONFIRMED]


@pytest.mark.usefixtures("shelf")
async def test_a_sale_that_has_happened_is_answered_as_sampled(shop: Shop) -> None:
    await shop.database.execute("update products set current_stock = 2 where name = 'Coca Cola'")
    await shop.database.execute("update product_prices set price = 86.2069 where price = 86.21")
    headers = shop.tokens.service(caller="sales")
    assert await ask(shop.client, PUT_SOLD_ALLOCATION, headers) == sample(PUT_SOLD_ALLOCATION).answer


async def test_a_sale_that_has_happened_is_refused_as_sampled(shop: Shop) -> None:
    headers = shop.tokens.service(caller="sales")
    refusals = sample(PUT_SOLD_ALLOCATION).refusals
    assert await ask(shop.client, PUT_SOLD_ALLOCATION, headers) == refusals[Refusal.UNKNOWN_PRODUCT]
    product = await shop.product()
    twice = await shop.sell((product, 1), (product, 2))
    assert Reply(twice.status_code, twice.json()) == refusals[Refusal.PRODUCT_TWICE]


async def test_quotes_are_answered_as_sampled(shop: Shop) -> None:
    dog_food = await shop.product(
        name="DOG01", description="Premium Dog Food 15kg", price="58.62", current_stock=50
    )
    await shop.promotion(dog_food)
    await shop.reserve(dog_food, 3)
    await shop.product(name="Leche", price="25.50", tax_rate="EXENT", current_stock=0, is_active=False)
    headers = shop.tokens.service(caller="sales")
    assert await ask(shop.client, LIST_QUOTES, headers) == sample(LIST_QUOTES).answer


@pytest.mark.usefixtures("shelf")
async def test_a_return_is_answered_as_sampled(shop: Shop) -> None:
    headers = shop.tokens.service(caller="sales")
    assert await ask(shop.client, PUT_RETURN, headers) == sample(PUT_RETURN).answer


async def test_a_return_of_unknown_products_is_refused_as_sampled(shop: Shop) -> None:
    reply = await ask(shop.client, PUT_RETURN, shop.tokens.service(caller="sales"))
    assert reply == sample(PUT_RETURN).refusals[Refusal.UNKNOWN_PRODUCT]
