"""Pieces that were sold and not in stock are listed until a count or goods settle them (contract §8.6)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.catalog.tests.builders import AT, BUYER_ID, SELLER_ID, Shop
from services.catalog.usecases.stock.releases import confirm_allocations
from services.catalog.usecases.stock.shortfalls import measure_shortfalls, missing_pieces, open_shortfalls


@pytest.fixture
async def cake(shop: Shop) -> Any:
    """Cake that was sold twice: 2 pieces are missing for the first sale, 1 for the second."""
    product = await shop.product(name="Pastel", current_stock=3)
    await shop.sold((product, 5))
    await shop.sold((product, 1))
    return product


async def changes(shop: Shop, product: Any, number: int) -> list[tuple[str, int, int]]:
    """Reason, change and balance of the newest lines of the ledger, oldest first."""
    lines = [(line["reason"], line["change"], line["balance"]) for line in await shop.history(product)]
    return lines[:number][::-1]


async def test_a_receipt_settles_the_oldest_first_and_tells_it_in_the_ledger(shop: Shop, cake: Any) -> None:
    received = (await shop.adjust(cake, 2, reason="RECEIVED")).json()
    assert (received["current_stock"], await shop.missing()) == (0, [(cake["id"], 1)])
    received = (await shop.adjust(cake, 10, reason="RECEIVED")).json()
    assert (received["current_stock"], await shop.missing()) == (9, [])
    assert await changes(shop, cake, 4) == [
        ("RECEIVED", 2, 2),
        ("SALE", -2, 0),
        ("RECEIVED", 10, 10),
        ("SALE", -1, 9),
    ]
    await shop.refuse_unbalanced()


async def test_a_correction_of_one_product_leaves_what_is_missing_of_the_others(shop: Shop) -> None:
    (first, second), uuid = [await shop.product(current_stock=3) for _ in range(2)], uuid4()
    await shop.sold((first, 5), (second, 4), uuid=uuid)
    await shop.sold((first, 3), (second, 4), uuid=uuid)
    assert await shop.missing() == [(second["id"], 1)]


@pytest.mark.parametrize("before", ["ordered by another", "cancelled before it was known"])
async def test_what_settles_a_sale_later_is_of_the_person_who_sold(shop: Shop, before: str) -> None:
    product, uuid = await shop.product(current_stock=3), uuid4()
    if before == "ordered by another":
        await shop.allocate((product, 3), uuid=uuid, user_id=BUYER_ID)
    else:
        await shop.cancel(uuid)
    await shop.sold((product, 5), uuid=uuid)
    await shop.adjust(product, 2, reason="RECEIVED")
    newest, *_ = await shop.history(product)
    assert (newest["reason"], newest["change"], newest["user"]) == ("SALE", -2, SELLER_ID)


async def test_a_receipt_that_is_too_small_settles_a_part(shop: Shop, cake: Any) -> None:
    await shop.adjust(cake, 1, reason="RECEIVED")
    assert await shop.missing() == [(cake["id"], 1), (cake["id"], 1)]
    assert await shop.stock(cake) == 0


async def test_a_sale_that_is_corrected_keeps_its_place_among_those_that_lack_pieces(shop: Shop) -> None:
    product, first = await shop.product(current_stock=3), uuid4()
    await shop.sold((product, 5), uuid=first)
    await shop.sold((product, 1))
    for pieces, lacking in ((6, 3), (4, 1)):
        await shop.sold((product, pieces), uuid=first)
        assert await shop.missing() == [(product["id"], lacking), (product["id"], 1)]
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("beside", [{}, {"expected_stock": 0}], ids=["count alone", "with expected_stock"])
@pytest.mark.parametrize("count", [0, 7])
async def test_a_count_sets_the_stock_as_counted_and_settles_all(
    shop: Shop, cake: Any, count: int, beside: dict[str, int]
) -> None:
    body = {"current_stock": count, **beside}
    response = await shop.ask("PATCH", f"products/{cake['id']}/", json=body)
    assert (response.json()["current_stock"], await shop.missing()) == (count, [])
    assert len(await shop.history(cake)) == (3 if count else 2)
    await shop.refuse_unbalanced()


async def test_an_export_that_is_imported_has_not_counted(shop: Shop, cake: Any) -> None:
    export = await shop.ask("GET", "products/export/", role="ADMIN")
    response = await shop.ask("POST", "products/import/", role="ADMIN", content=export.content)
    assert (response.json()["unchanged"], len(await shop.missing())) == (1, 2)


async def test_an_import_counts_too(shop: Shop, cake: Any) -> None:
    file = f"sku,current_stock\n{cake['sku']},4\n".encode()
    response = await shop.ask("POST", "products/import/", role="ADMIN", content=file)
    assert response.status_code == 200, response.text
    assert (await shop.stock(cake), await shop.missing()) == (4, [])


async def test_a_file_that_is_imported_again_has_not_counted_what_was_sold_since(shop: Shop) -> None:
    product = await shop.product(current_stock=3)
    file = f"sku,current_stock,expected_stock\n{product['sku']},0,3\n".encode()
    await shop.ask("POST", "products/import/", role="ADMIN", content=file)
    await shop.sold((product, 2))
    response = await shop.ask("POST", "products/import/", role="ADMIN", content=file)
    assert (response.json()["unchanged"], await shop.missing()) == (1, [(product["id"], 2)])


async def test_a_count_in_the_web_shop_s_back_office_settles_too(shop: Shop, cake: Any) -> None:
    response = await shop.ask_store("PUT", f"/{cake['id']}", json={"stock_quantity": 4})
    assert response.status_code == 200, response.text
    assert await shop.missing() == []


async def test_goods_that_a_customer_brings_back_are_in_stock_at_once(shop: Shop, cake: Any) -> None:
    await shop.take_back((cake, 1, "restock"))
    assert (await shop.stock(cake), len(await shop.missing())) == (1, 2)


@pytest.mark.parametrize("by", ["receipt", "cancelled order", "corrected sale"])
async def test_goods_that_a_customer_brought_back_stay_when_others_settle_a_sale(shop: Shop, by: str) -> None:
    product, order = await shop.product(current_stock=1, low_stock_threshold=2), uuid4()
    await shop.allocate((product, 1), uuid=order)
    await shop.sold((product, 5))
    await shop.take_back((product, 3, "restock"))
    await shop.reserve(product, 3)
    match by:
        case "receipt":
            await shop.adjust(product, 1, reason="RECEIVED")
        case "cancelled order":
            await shop.cancel(order)
        case _:
            await shop.sold(uuid=order)
    assert (await shop.held(product), await shop.stock(product)) == ((3, 0), 3)
    assert await shop.missing() == [(product["id"], 4)]
    await shop.refuse_unbalanced()


async def test_what_an_order_gives_back_was_there_for_the_sales_that_lacked_it(shop: Shop) -> None:
    product, order = await shop.product(current_stock=3), uuid4()
    await shop.allocate((product, 3), uuid=order)
    await shop.sold((product, 2))
    await shop.cancel(order)
    assert (await shop.stock(product), await shop.missing()) == (1, [])
    assert await changes(shop, product, 2) == [("CANCELLATION", 3, 3), ("SALE", -2, 1)]
    await shop.refuse_unbalanced()


async def test_a_sale_whose_number_was_told_keeps_it_when_it_is_confirmed_without(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=3), uuid4()
    await shop.sold((product, 5), uuid=uuid, order_id=7)
    async with shop.database.transaction() as tx:
        await confirm_allocations(tx, {uuid: None}, now=AT)
    assert [each["order"] for each in await shop.get("products/shortfalls/")] == [7]


async def test_after_a_count_a_correction_moves_only_what_was_taken_from_stock(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=3), uuid4()
    await shop.sold((product, 5), uuid=uuid)
    await shop.ask("PATCH", f"products/{product['id']}/", json={"current_stock": 8})
    await shop.sold((product, 2), uuid=uuid)
    assert (await shop.stock(product), await shop.missing()) == (9, [])
    await shop.refuse_unbalanced()


async def test_a_deleted_product_lacks_nothing(shop: Shop, cake: Any) -> None:
    await shop.ask("DELETE", f"products/{cake['id']}/", role="ADMIN")
    assert await shop.missing() == []


async def test_receipts_counts_and_sales_at_once_lose_no_piece(shop: Shop, cake: Any) -> None:
    await asyncio.gather(
        *(shop.sold((cake, 2)) for _ in range(8)),
        *(shop.adjust(cake, 1, reason="RECEIVED") for _ in range(8)),
    )
    assert await shop.stock(cake) == 0
    assert sum(quantity for _, quantity in await shop.missing()) == 3 + 16 - 8
    await shop.refuse_unbalanced()


async def test_the_list_has_pages_and_the_gauges_tell_how_much_is_open(shop: Shop, cake: Any) -> None:
    response = await shop.ask("GET", "products/shortfalls/", params={"limit": 1})
    assert [row["quantity"] for row in response.json()] == [2]
    assert response.headers["X-Total-Count"] == "2"
    newest_first = await shop.get("products/shortfalls/?ordering=-id")
    assert [row["quantity"] for row in newest_first] == [1, 2]
    await measure_shortfalls(database=shop.database)
    assert (open_shortfalls._value.get(), missing_pieces._value.get()) == (2, 3)
