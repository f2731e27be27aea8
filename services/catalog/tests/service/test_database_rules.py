"""Constraints of the database: they hold for any code that writes."""

from typing import LiteralString

import psycopg
import pytest
from psycopg.errors import (
    CheckViolation,
    ExclusionViolation,
    ForeignKeyViolation,
    NotNullViolation,
    UniqueViolation,
)

from libs.testing.constraints import passes, words_of
from libs.testing.plans import generic_plan
from services.catalog.domain.lifecycles import ALLOCATIONS
from services.catalog.tests.builders import Shop
from services.catalog.usecases.products.reading import SELECT_PRODUCT
from services.catalog.usecases.stock.allocations import INSERT_ALLOCATION
from services.catalog.usecases.stock.expiry import SELECT_LAPSED
from services.catalog.usecases.stock.holds import SELECT_HELD, UPDATE_TO_RELEASED
from services.catalog.usecases.stock.releases import UPDATE_TO_CONFIRMED

STATUS_KNOWN = "ck_allocations_status_known"


@pytest.mark.parametrize(
    "statement",
    [
        "update products set current_stock = -1",
        "update holds set quantity = -1",
        "update products set price = -0.01",
        "update products set cost = -0.01",
        "update products set weight = -0.001",
        "update products set low_stock_threshold = -1",
        "update products set tax_rate = '0.21'",
        "update promotions set discount_percent = 0",
        "update promotions set discount_percent = 100.01",
        "update promotions set end_date = start_date - 1",
        "update promotions set target_audience = 'VIP'",
        "update stock_ledger set change = 0",
        "update stock_ledger set balance = -1",
    ],
)
async def test_a_value_out_of_range_is_refused(shop: Shop, statement: LiteralString) -> None:
    product = await shop.product()
    await shop.promotion(product)
    await shop.reserve(product, 1)
    with pytest.raises(CheckViolation):
        await shop.database.execute(statement)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("update products set sku = 'SAME'", UniqueViolation),
        ("update products set supplier_id = 999", ForeignKeyViolation),
        ("update products set name = null", NotNullViolation),
        ("update promotions set product_id = 1", ExclusionViolation),
        ("delete from products", ForeignKeyViolation),
    ],
)
async def test_a_broken_relation_is_refused(
    shop: Shop, statement: LiteralString, refusal: type[psycopg.Error]
) -> None:
    for _ in range(2):
        await shop.promotion(await shop.product())
    with pytest.raises(refusal):
        await shop.database.execute(statement)


async def test_a_deleted_product_does_not_block_its_sku(shop: Shop) -> None:
    await shop.product()
    await shop.product()
    await shop.database.execute("update products set deleted_at = now() where id = 1")
    await shop.database.execute("update products set sku = 'SAME'")


async def test_an_allocation_has_a_status_of_its_lifecycle(shop: Shop) -> None:
    words = await words_of(shop.database, STATUS_KNOWN) | {*ALLOCATIONS.states}
    allowed = {word for word in words if await passes(shop.database, STATUS_KNOWN, {"status": word})}
    assert allowed == {*ALLOCATIONS.states}


async def test_held_allocations_are_found_by_their_index(shop: Shop) -> None:
    assert "ix_allocations_held" in await generic_plan(shop.database, SELECT_LAPSED)


async def test_allocations_to_confirm_are_found_by_their_ids(shop: Shop) -> None:
    assert (await generic_plan(shop.database, UPDATE_TO_CONFIRMED)).count("pk_allocations") == 2


@pytest.mark.parametrize("statement", [INSERT_ALLOCATION, SELECT_PRODUCT, SELECT_HELD, UPDATE_TO_RELEASED])
async def test_holds_are_found_by_product(shop: Shop, statement: str) -> None:
    assert "ix_holds_product" in await generic_plan(shop.database, statement)


async def test_the_holds_of_a_product_that_never_had_one_are_not_looked_up(shop: Shop) -> None:
    plan = await generic_plan(shop.database, INSERT_ALLOCATION)
    assert "One-Time Filter: (locked.mark IS NOT NULL)" in plan


async def test_an_allocation_finds_promotions_by_product(shop: Shop) -> None:
    plan = await generic_plan(shop.database, INSERT_ALLOCATION)
    assert "using ex_promotions_no_shared_day" in plan
    assert "(product_id = locked.id)" in plan
