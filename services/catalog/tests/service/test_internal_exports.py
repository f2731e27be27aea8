"""GET /internal/exports: analytics reads again what the events of catalog have told."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import ProductChanged, StockChanged, SupplierChanged
from libs.common.contracts.internal.catalog import (
    EXPORT_PRODUCTS,
    EXPORT_STOCK_TURNS,
    EXPORT_SUPPLIERS,
    EXPORTED_PRODUCTS,
    EXPORTED_SUPPLIERS,
    STOCK_TURNS,
    ExportedProduct,
    StockTurn,
)
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.samples import sample
from libs.testing.clock import FakeClock
from libs.testing.exports import exported, page_of
from libs.testing.plans import generic_plan
from libs.testing.samples import ask
from libs.testing.statements import counted_statements
from libs.testing.tokens import Tokens
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop
from services.catalog.usecases import exports
from services.catalog.usecases.products.telling import tell_promoted

EXPORTS = (EXPORTED_PRODUCTS, EXPORTED_SUPPLIERS, STOCK_TURNS)
SELECT_LEDGER = "select id, product_id, balance from stock_ledger"


@pytest.fixture
def analytics(tokens: Tokens) -> dict[str, str]:
    """The token of analytics."""
    return tokens.service(caller="analytics", audience="catalog")


async def products_of(shop: Shop, headers: dict[str, str], **page: Any) -> list[ExportedProduct]:
    """The exported products."""
    items = await exported(shop.client, EXPORTED_PRODUCTS, headers, **page)
    return [ExportedProduct.model_validate(item) for item in items]


async def turns_of(shop: Shop, headers: dict[str, str]) -> list[StockTurn]:
    """The exported turns."""
    return [StockTurn.model_validate(item) for item in await exported(shop.client, STOCK_TURNS, headers)]


async def told_turns(shop: Shop) -> list[StockTurn]:
    """The turns that a subscriber of `catalog.stock_changed.v1` finds, by ledger id."""
    levels = [
        StockTurn(changed_at=event.changed_at, **dict(level))
        for event in await shop.published(StockChanged)
        for level in event.products
    ]
    levels.sort(key=lambda level: level.ledger_id)
    return [each for each in levels if (each.current_stock <= 0) != (each.current_stock - each.change <= 0)]


async def fill(shop: Shop, export: str) -> int:
    """One thing more in the export; returns its id."""
    made: dict[str, int] = await (shop.supplier() if export == EXPORTED_SUPPLIERS else shop.product())
    if export == STOCK_TURNS:
        (line,) = await shop.history(made)
        made = line
    return made["id"]


class TestProducts:
    async def test_the_export_says_what_the_last_events_said(
        self, shop: Shop, analytics: dict[str, str]
    ) -> None:
        supplier = await shop.supplier()
        promoted = await shop.product(supplier=supplier["id"], cost="12.50", tax_rate="0.08")
        await shop.product(tax_rate="EXENT", current_stock=0)
        deleted = await shop.product(supplier=supplier["id"])
        await shop.store_product(supplier="Organic Foods Co", price=15.99)
        await shop.promotion(promoted, discount_percent="33.33")
        await shop.promotion(deleted)
        await shop.ask("PATCH", "products/2/", json={"name": "Café “de olla” ñ", "price": "19.9951"})
        await shop.ask("DELETE", f"products/{deleted['id']}/", role="ADMIN")
        newest = {event.product_id: event for event in await shop.published(ProductChanged)}
        found = await products_of(shop, analytics)
        assert [product.deleted for product in found] == [False, False, True, False]
        assert [product.supplier_id for product in found] == [1, None, None, 2]
        assert [ProductChanged(**product.model_dump(exclude={"ledger_id"})) for product in found] == list(
            newest.values()
        )

    async def test_the_price_is_the_one_that_was_told_last(
        self, shop: Shop, deps: Deps, clock: FakeClock, analytics: dict[str, str]
    ) -> None:
        product = await shop.product(price="100.00", tax_rate="EXENT")
        await shop.promotion(product, start_date="2026-03-03", end_date="2026-03-04")
        prices = []
        for _ in range(4):
            prices.append([str(each.final_price) for each in await products_of(shop, analytics)])
            clock.advance(days=1)
            prices.append([str(each.final_price) for each in await products_of(shop, analytics)])
            await tell_promoted(database=deps.database, now=deps.now)
        events = [str(event.final_price) for event in await shop.published(ProductChanged)]
        assert [price for (price,) in prices] == [
            *("100.00", "100.00", "50.00", "50.00"),
            *("50.00", "50.00", "100.00", "100.00"),
        ]
        assert events == ["100.00", "50.00", "100.00"]

    async def test_the_stock_is_that_of_now_with_its_line_of_the_ledger(
        self, shop: Shop, analytics: dict[str, str]
    ) -> None:
        product, empty = await shop.product(current_stock=10), await shop.product(current_stock=0)
        await shop.allocate((product, 3))
        await shop.adjust(product, -1)
        told = [level for event in await shop.published(StockChanged) for level in event.products]
        found = await products_of(shop, analytics)
        assert [each.product_id for each in found] == [product["id"], empty["id"]]
        assert (found[0].current_stock, found[0].ledger_id) == (6, told[-1].ledger_id)
        assert (found[1].current_stock, found[1].ledger_id) == (0, None)

    async def test_stock_and_ledger_agree_while_orders_take_stock(
        self, shop: Shop, analytics: dict[str, str]
    ) -> None:
        products = [await shop.product(current_stock=50) for _ in range(3)]
        lines = [(product, 1) for product in products]

        async def sell() -> None:
            for _ in range(10):
                uuid = uuid4()
                await shop.allocate(*lines, uuid=uuid)
                await shop.release(uuid)

        async def read() -> list[ExportedProduct]:
            return [each for _ in range(10) for each in await products_of(shop, analytics)]

        *_, first, second = await asyncio.gather(sell(), sell(), read(), read())
        ledger = {
            (row["product_id"], row["id"]): row["balance"]
            for row in await shop.database.fetch_dicts(SELECT_LEDGER)
        }
        seen = [*(first or []), *(second or [])]
        assert len(seen) == 60
        assert all(ledger[each.product_id, each.ledger_id] == each.current_stock for each in seen)


class TestSuppliers:
    async def test_the_export_says_what_the_last_events_said(
        self, shop: Shop, analytics: dict[str, str]
    ) -> None:
        await shop.supplier("Bebidas")
        gone = await shop.supplier("Papelería")
        await shop.store_product(supplier="Organic “Foods” Ñ")
        await shop.ask("PATCH", "suppliers/1/", role="ADMIN", json={"name": "Bebidas del Norte"})
        await shop.ask("DELETE", f"suppliers/{gone['id']}/", role="ADMIN")
        newest = {event.supplier_id: event for event in await shop.published(SupplierChanged)}
        found = await exported(shop.client, EXPORTED_SUPPLIERS, analytics)
        assert found == [event.model_dump() for event in newest.values() if not event.deleted]
        assert [each["name"] for each in found] == ["Bebidas del Norte", "Organic “Foods” Ñ"]


class TestStockTurns:
    async def test_a_line_is_a_turn_if_the_stock_came_to_0_or_left_it(
        self, shop: Shop, clock: FakeClock, analytics: dict[str, str]
    ) -> None:
        product = await shop.product(current_stock=5)
        await shop.product(current_stock=0)
        uuid = uuid4()
        await shop.allocate((product, 2))
        clock.advance(hours=1)
        await shop.allocate((product, 3), uuid=uuid)
        clock.advance(hours=1)
        await shop.cancel(uuid)
        await shop.adjust(product, -1)
        clock.advance(hours=1)
        await shop.ask("PATCH", f"products/{product['id']}/", json={"current_stock": 0})
        turns = await turns_of(shop, analytics)
        assert [(turn.change, turn.current_stock, turn.changed_at.hour) for turn in turns] == [
            (5, 5, 18),
            (-3, 0, 19),
            (3, 3, 20),
            (-2, 0, 21),
        ]
        assert {turn.product_id for turn in turns} == {product["id"]}
        assert turns == await told_turns(shop)

    async def test_goods_that_are_written_off_as_they_come_back_leave_nothing(
        self, shop: Shop, analytics: dict[str, str]
    ) -> None:
        empty, full = await shop.product(current_stock=0), await shop.product(current_stock=9)
        await shop.take_back((empty, 2, "discard"), (full, 2, "discard"))
        await shop.take_back((empty, 2, "restock"))
        turns = await turns_of(shop, analytics)
        assert [(turn.product_id, turn.change, turn.current_stock) for turn in turns] == [
            (full["id"], 9, 9),
            (empty["id"], 2, 2),
            (empty["id"], -2, 0),
            (empty["id"], 2, 2),
        ]
        assert turns == await told_turns(shop)

    async def test_turns_of_deleted_products_are_told(self, shop: Shop, analytics: dict[str, str]) -> None:
        product = await shop.product(current_stock=1)
        await shop.allocate((product, 1))
        await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
        assert [turn.current_stock for turn in await turns_of(shop, analytics)] == [1, 0]

    async def test_a_file_turns_stock_too(self, shop: Shop, analytics: dict[str, str]) -> None:
        for stocks in ((0, 3), (4, 0), (0, 0)):
            lines = "\n".join(f"A-{number},Tea,1.00,{stock}" for number, stock in enumerate(stocks))
            file = f"sku,name,price,current_stock\n{lines}\n".encode()
            headers = {"Content-Type": "text/csv"}
            response = await shop.client.post(
                "/api/products/import/",
                headers=shop.tokens.bearer(role="ADMIN") | headers,
                content=file,
            )
            assert response.status_code == 200, response.text
        turns = await turns_of(shop, analytics)
        assert [(turn.product_id, turn.change) for turn in turns] == [(2, 3), (1, 4), (2, -3), (1, -4)]
        assert turns == await told_turns(shop)


@pytest.mark.parametrize("export", EXPORTS)
class TestEveryExport:
    async def test_every_limit_reads_the_same(
        self, shop: Shop, analytics: dict[str, str], export: str
    ) -> None:
        for _ in range(3):
            await fill(shop, export)
        whole = await exported(shop.client, export, analytics)
        assert len(whole) == 3
        for limit in (1, 2, 3, 4):
            assert await exported(shop.client, export, analytics, limit=limit) == whole

    async def test_what_is_made_meanwhile_is_on_a_later_page(
        self, shop: Shop, analytics: dict[str, str], export: str
    ) -> None:
        ids = [await fill(shop, export) for _ in range(3)]
        whole = await exported(shop.client, export, analytics)
        assert await page_of(shop.client, export, analytics, limit=2) == (whole[:2], ids[1])
        late = await fill(shop, export)
        items, place = await page_of(shop.client, export, analytics, after=ids[1], limit=2)
        assert (items[:1], len(items), place) == (whole[2:], 2, late)
        assert await page_of(shop.client, export, analytics, after=late) == ([], None)

    async def test_a_page_is_one_statement(self, shop: Shop, analytics: dict[str, str], export: str) -> None:
        for _ in range(3):
            await fill(shop, export)
        with counted_statements() as statements:
            await page_of(shop.client, export, analytics)
        assert len(statements) == 1


@pytest.mark.parametrize("endpoint", [EXPORT_PRODUCTS, EXPORT_SUPPLIERS, EXPORT_STOCK_TURNS])
async def test_exports_are_answered_as_sampled(
    shop: Shop, analytics: dict[str, str], endpoint: Endpoint
) -> None:
    supplier = await shop.supplier()
    cola = await shop.product(
        name="Coca Cola",
        sku="KO-600",
        description="Refresco 600 ml",
        cost="12.00",
        supplier=supplier["id"],
        current_stock=100,
    )
    await shop.promotion(cola, discount_percent="15.00")
    milk = await shop.product(
        name="Leche", sku="LE-1", price="25.50", tax_rate="EXENT", current_stock=0, supplier=supplier["id"]
    )
    await shop.ask("DELETE", f"products/{milk['id']}/", role="ADMIN")
    await shop.adjust(cola, -100)
    assert await ask(shop.client, endpoint, analytics) == sample(endpoint).answer


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (exports.EXPORTED_PRODUCTS, "pk_products"),
        (exports.EXPORTED_SUPPLIERS, "pk_suppliers"),
        (exports.STOCK_TURNS, "ix_stock_ledger_turns"),
    ],
)
async def test_a_page_is_read_by_an_index(deps: Deps, statement: str, index: str) -> None:
    assert f"Index Scan using {index}" in await generic_plan(deps.database, statement)
