"""Fills the tables of a rebuild from the owners' exports, through the same use cases as events.

Each page is one transaction, which is tried again while the database is away. A sale, a return and a ledger
entry have an id and count once, whether an export or an event tells of them first. Descriptions have no id
but a `sequence`: an exported one gets that of the newest event that was applied before the export was read,
than which it cannot be older.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import LiteralString, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from libs.common.contracts.auth import UserChanged
from libs.common.contracts.catalog import StockLevel, SupplierChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Event, Payload
from libs.common.contracts.internal.auth import EXPORTED_USERS
from libs.common.contracts.internal.catalog import (
    EXPORTED_PRODUCTS,
    EXPORTED_SUPPLIERS,
    STOCK_TURNS,
    ExportedProduct,
    StockTurn,
)
from libs.common.contracts.internal.customers import EXPORTED_CUSTOMERS
from libs.common.contracts.internal.sales import (
    ORDER_RETURNS,
    PAID_ORDERS,
    PROCESSED_RETURNS,
    UNDONE_ORDERS,
    UndoneOrder,
)
from libs.common.contracts.sales import OrderPaid, OrderReturned, ReturnProcessed
from libs.common.db.database import Database, Transaction
from libs.common.messaging.envelope import Received
from libs.common.patience import while_unavailable
from services.analytics.domain.sales import FOR_GOOD
from services.analytics.usecases.customers.describing import describe_customers
from services.analytics.usecases.ports import Exports, Owner
from services.analytics.usecases.products.describing import describe_products, store_levels, store_turns
from services.analytics.usecases.rebuilding.schema import Rebuild
from services.analytics.usecases.rebuilding.steps import Steps
from services.analytics.usecases.rebuilding.turning import turn_to_rebuilt
from services.analytics.usecases.sales.paid_again import remember_paid_again
from services.analytics.usecases.sales.recording import record_sales
from services.analytics.usecases.sales.taking_off import take_returns_off, void
from services.analytics.usecases.suppliers.describing import describe_suppliers
from services.analytics.usecases.users.describing import describe_users

SELECT_SEQUENCES: Mapping[str, LiteralString] = {
    "supplier_id": "select supplier_id as id, sequence from public.suppliers",
    "product_id": "select product_id as id, sequence from public.products",
    "customer_id": "select customer_id as id, sequence from public.customers",
    "user_id": "select user_id as id, sequence from public.users",
}
# About as many items has an export as the table that is read has rows.
FIGURES_OF: Mapping[str, str] = {
    "suppliers": "suppliers",
    "products": "products",
    "customers": "customers",
    "users": "users",
    "stock-turns": "stock_turns",
    "undone-orders": "voided_sales",
    "processed-returns": "return_facts",
    "order-returns": "refund_facts",
    "paid-orders": "sale_facts",
}
SELECT_TOTALS = """
select relname as name, greatest(reltuples, 0)::bigint as total from pg_class
where relnamespace = 'public'::regnamespace
"""
# A database that fails over is back by then.
PATIENCE_SECONDS = 60.0

# A description that no event told of is newer than a product that is known only by its name on a sale.
FIRST_SEQUENCE = 1

Item = TypeVar("Item", bound=Payload)
E = TypeVar("E", bound=Event)
Store = Callable[[Transaction, Sequence[Item]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Filling:
    """The exports, and the tables that they fill. `timezone` is the store's."""

    exports: Exports
    database: Database
    timezone: ZoneInfo
    steps: Steps

    async def everything(self, tables: Rebuild) -> None:
        """Fill all tables. What takes sales off comes before the sales, so that none is recorded in vain.

        Raises `Unavailable` if an owner or the database does not answer for a minute, and `RebuildLost`;
        what was stored by then stays.
        """
        rows = await self.database.fetch_dicts(SELECT_TOTALS)
        await _Work(self, tables, {row["name"]: row["total"] for row in rows}).everything()


@dataclass(frozen=True, slots=True)
class _Work:
    """Fills the tables of one rebuild. `totals` are about the rows of those that are read."""

    filling: Filling
    tables: Rebuild
    totals: Mapping[str, int]

    async def everything(self) -> None:
        describe = self._descriptions
        await describe("catalog", EXPORTED_SUPPLIERS, SupplierChanged, describe_suppliers, "supplier_id")
        await describe("catalog", EXPORTED_PRODUCTS, ExportedProduct, _describe_with_stock, "product_id")
        await describe("customers", EXPORTED_CUSTOMERS, CustomerChanged, describe_customers, "customer_id")
        await describe("auth", EXPORTED_USERS, UserChanged, describe_users, "user_id")
        store_days = partial(_store_turns, timezone=self.filling.timezone)
        await self._pages("catalog", STOCK_TURNS, StockTurn, store_days)
        await self._pages("sales", UNDONE_ORDERS, UndoneOrder, _undo)
        take_off = partial(take_returns_off, timezone=self.filling.timezone)
        await self._pages("sales", PROCESSED_RETURNS, ReturnProcessed, _told(take_off))
        await self._pages("sales", ORDER_RETURNS, OrderReturned, _told(take_off))
        record = partial(record_sales, timezone=self.filling.timezone)
        await self._pages("sales", PAID_ORDERS, OrderPaid, _told(record))

    async def _descriptions(
        self, owner: Owner, export: str, model: type[E], describe: Callable[..., Awaitable[None]], key: str
    ) -> None:
        rows = await self.filling.database.fetch_dicts(SELECT_SEQUENCES[key])
        known = {row["id"]: row["sequence"] for row in rows}

        async def store(tx: Transaction, items: Sequence[E]) -> None:
            sequences = (max(known.get(getattr(item, key), 0), FIRST_SEQUENCE) for item in items)
            await describe(tx, [_received(item, of) for item, of in zip(items, sequences, strict=True)])

        await self._pages(owner, export, model, store)

    async def _pages(self, owner: Owner, export: str, model: type[Item], store: Store[Item]) -> None:
        name = export.rsplit("/", 1)[-1]
        self.filling.steps.begin(name.replace("-", " "), self.totals[FIGURES_OF[name]])
        async with aclosing(self.filling.exports.pages(owner, export, model)) as pages:
            async for items in pages:
                await self._store(items, store)
                self.filling.steps.advance(len(items))

    async def _store(self, items: Sequence[Item], store: Store[Item]) -> None:
        """Store a page. What it tells counts once, so that it may be tried again."""
        async for attempt in while_unavailable(PATIENCE_SECONDS):
            with attempt:
                async with self.filling.database.transaction() as tx:
                    await self.tables.join_batches(tx)
                    await turn_to_rebuilt(tx)
                    await store(tx, items)


def _received(event: E, sequence: int = FIRST_SEQUENCE) -> Received[E]:
    return Received(event, UUID(int=0), "export", sequence, datetime.min.replace(tzinfo=UTC))


def _told(handler: Callable[[Transaction, Sequence[Received[E]]], Awaitable[None]]) -> Store[E]:
    async def store(tx: Transaction, items: Sequence[E]) -> None:
        await handler(tx, [_received(item) for item in items])

    return store


async def _describe_with_stock(tx: Transaction, products: Sequence[Received[ExportedProduct]]) -> None:
    await describe_products(tx, products)
    levels = [
        StockLevel(
            product_id=each.event.product_id,
            change=0,
            current_stock=each.event.current_stock,
            ledger_id=each.event.ledger_id,
        )
        for each in products
        if each.event.ledger_id is not None
    ]
    await store_levels(tx, levels)


async def _store_turns(tx: Transaction, turns: Sequence[StockTurn], *, timezone: ZoneInfo) -> None:
    await store_turns(tx, [(turn, turn.changed_at) for turn in turns], timezone=timezone)


async def _undo(tx: Transaction, orders: Sequence[UndoneOrder]) -> None:
    await remember_paid_again(
        tx, [(each.order_id, each.paid_again_by) for each in orders if each.paid_again_by]
    )
    await void(tx, [(order.order_id, order.invoice_id or FOR_GOOD) for order in orders])
