"""Takes the stock of a sale that has happened already (contract §8.6): what is there, the rest is short.

The same for every state of the sale's allocation: none yet, held, confirmed, released. It is compared with
what was sold, and the difference moves. A cancellation or a release, earlier or later, no longer touches it.
Locks are taken as everywhere: the allocation, then its products by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.contracts.catalog import StockShort
from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.faults import Boundary, reached
from libs.common.prices import TaxRate
from libs.common.store_calendar import Moment
from services.catalog.domain.lifecycles import SELL, AllocationStatus
from services.catalog.domain.products import Level
from services.catalog.domain.promotions import Audience
from services.catalog.domain.stock import (
    AllocatedLine,
    Gone,
    Reason,
    SoldLine,
    UnknownProduct,
    WantedLine,
    refuse_twice,
)
from services.catalog.usecases.products.prices import PRICED_THEN
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION
from services.catalog.usecases.stock.holds import own_holds_used
from services.catalog.usecases.stock.ledger import MOVEMENT, Movement, publish_if_low, publish_movements
from services.catalog.usecases.stock.shortfalls import settle_shortfalls

# Locks the allocation, a new one too, which has taken nothing: `released` is what tells that.
MARK_SOLD = """
    insert into allocations (id, status, user_id, channel, lease_until, created_at, sold_at)
    values (%(id)s, %(released)s, %(user_id)s, 'POS', %(now)s, %(now)s, %(sold_at)s)
    on conflict (id) do update
    set sold_at = excluded.sold_at, user_id = excluded.user_id
    returning status
"""

# Those of the sale, and those that its allocation has taken; also deleted ones.
LOCK_PRODUCTS = """
    select id from products
    where id = any(%(ids)s::bigint[] || array(
        select product_id::bigint from allocation_lines where allocation_id = %(id)s
    ))
    order by id for no key update
"""

SELECT_PRODUCTS: LiteralString = f"""
    select product.id as product_id, product.name as product_name, product.current_stock,
        product.low_stock_threshold, product.deleted_at is not null as is_deleted,
        product.clave_prod_serv, product.clave_unidad, product.objeto_imp,
        coalesce(line.quantity, 0) as pieces, coalesce(shortfall.quantity, 0) as missing,
        coalesce(line.counted, 0) as counted, coalesce(line.short, 0) as short,
        priced.price, priced.tax_rate, priced.priced_then, priced.discount_percent, priced.target_audience
    from products product
    left join allocation_lines line on line.product_id = product.id and line.allocation_id = %(id)s
    left join shortfalls shortfall on shortfall.product_id = product.id and shortfall.allocation_id = %(id)s
    {PRICED_THEN}
    where product.id = any(%(locked)s)
    order by product.id
"""

MOVE: LiteralString = f"""
-- The products whose pieces are others now.
with moved as (
    select * from json_to_recordset(%(rows)s) as row
        (product_id bigint, more bigint, change bigint, missing bigint)

-- The seller's own holds, used up first, also by pieces that are missing.
), {own_holds_used(of="moved", where="more > 0", pieces="more")}

-- The stock.
, changed as (
    update products set current_stock = current_stock + change,
        holds_changed_in = case when exists (select from used where used.product_id = products.id)
            then {THIS_TRANSACTION} else holds_changed_in end
    from moved
    where products.id = moved.product_id
    returning products.id, change, current_stock as balance

-- What is missing of it. No row is in both parts: which of two changes a statement makes is not defined.
), complete as (
    delete from shortfalls using moved
    where allocation_id = %(id)s and shortfalls.product_id = moved.product_id and missing = 0
), lacking as (
    insert into shortfalls (product_id, allocation_id, quantity, order_id, created_at)
    select product_id, %(id)s, missing, %(order_id)s, %(now)s from moved where missing > 0
    order by product_id
    on conflict (allocation_id, product_id) do update set quantity = excluded.quantity
)
insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
select id, change, balance, case when change < 0 then %(sale)s else %(back)s end, %(id)s::uuid::text,
    %(user_id)s, %(now)s
from changed where change <> 0 order by id
returning {MOVEMENT}
"""

DELETE_LINES = "delete from allocation_lines where allocation_id = %(id)s"

INSERT_LINES = """
    insert into allocation_lines
        (allocation_id, line, product_id, quantity, product_name, price, tax_rate, discount_percent,
            target_audience, short, counted)
    select %(id)s, line, product_id, quantity, product_name, price, tax_rate, discount_percent,
        target_audience, short, counted
    from json_to_recordset(%(rows)s) as row
        (line int, product_id bigint, quantity bigint, product_name text, price numeric, tax_rate text,
            discount_percent numeric, target_audience text, short bigint, counted bigint)
    order by line
"""

UPDATE_TO_SOLD = "update allocations set status = %(to)s where id = %(id)s and status = any(%(from)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSale:
    """A sale that has happened: its order's uuid, its number if it has one, its lines, and who sold.

    `sold` is the moment with the store's day.
    """

    id: UUID
    order_id: int | None
    user_id: int
    sold: Moment
    lines: Sequence[WantedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A locked product, its price, and what the allocation has of it."""

    product_id: int
    product_name: str
    current_stock: int
    low_stock_threshold: int
    is_deleted: bool
    pieces: int
    missing: int
    counted: int
    short: int
    price: Decimal
    tax_rate: TaxRate
    priced_then: bool
    discount_percent: Decimal | None
    target_audience: Audience | None
    clave_prod_serv: str | None
    clave_unidad: str | None
    objeto_imp: str | None

    @property
    def gone(self) -> Gone:
        return Gone(self.pieces - self.missing - self.counted, self.missing, self.counted)


@dataclass(frozen=True, slots=True)
class _Product:
    """A product before and after; `quantity` is what was sold of it, 0 if the sale has none."""

    found: _Found
    before: Gone
    after: Gone
    quantity: int

    @property
    def change(self) -> int:
        return self.before.taken - self.after.taken

    @property
    def more(self) -> int:
        """Pieces that have left now and had not before; negative if fewer have."""
        return self.after.pieces - self.before.pieces

    @property
    def short(self) -> int:
        """What was missing when it was taken, also if it has been settled since."""
        return self.found.short if self.after == self.before else self.after.missing + self.after.counted


async def record_sale(command: RecordSale, *, database: Database, now: Moment) -> list[SoldLine]:
    """Take the goods of a sale, or correct what was taken for it; returns its lines in their order.

    A repeat moves nothing and returns the same. Raises `UnknownProduct`, and `ProductTwice` if a product is
    in two lines.
    """
    refuse_twice(command.lines)
    async with database.transaction() as tx:
        products = await _compare(tx, command, now)
        moving = [product for product in products if product.after != product.before]
        if moving:
            await _move(tx, command, moving, now)
        if any(product.found.pieces != product.quantity for product in products) or moving:
            await _write_lines(tx, command, products)
        await tx.execute(UPDATE_TO_SOLD, {**SELL.sql, "id": command.id})
        reached(Boundary.BEFORE_SOLD)
    reached(Boundary.AFTER_SOLD)
    return _answer(command, products)


async def _compare(tx: Transaction, command: RecordSale, now: Moment) -> list[_Product]:
    """The products of the sale and of its allocation, locked from now on, by id."""
    params = {
        "id": command.id,
        "user_id": command.user_id,
        "sold_at": command.sold.at,
        "sold_on": command.sold.day,
        "now": now.at,
        "today": now.day,
        "released": AllocationStatus.RELEASED,
        "ids": [line.product_id for line in command.lines],
    }
    status = await tx.fetch_value(MARK_SOLD, params)
    locked = await tx.fetch_values(LOCK_PRODUCTS, params)
    if unknown := [line.product_id for line in command.lines if line.product_id not in locked]:
        raise UnknownProduct(unknown)
    found = await tx.fetch_all(_Found, SELECT_PRODUCTS, {**params, "locked": locked})
    wanted = {line.product_id: line.quantity for line in command.lines}
    is_released = status == AllocationStatus.RELEASED
    return [_correct(each, wanted.get(each.product_id, 0), is_released=is_released) for each in found]


def _correct(found: _Found, quantity: int, *, is_released: bool) -> _Product:
    before = Gone() if is_released else found.gone
    return _Product(found, before, before.corrected(quantity, current_stock=found.current_stock), quantity)


async def _move(tx: Transaction, command: RecordSale, moving: Sequence[_Product], now: Moment) -> None:
    rows = [
        {
            "product_id": each.found.product_id,
            "more": each.more,
            "change": each.change,
            "missing": each.after.missing,
        }
        for each in moving
    ]
    params = {
        "id": command.id,
        "order_id": command.order_id,
        "user_id": command.user_id,
        "rows": json_rows(rows),
        "sale": Reason.SALE,
        "back": Reason.RELEASE,
        "now": now.at,
    }
    publish_movements(tx, await tx.fetch_all(Movement, MOVE, params), at=now.at)
    for each in moving:
        _publish(tx, command, each, now)
    back = {each.found.product_id: each.change for each in moving if each.change > 0}
    await settle_shortfalls(tx, back, now=now.at)


def _publish(tx: Transaction, command: RecordSale, product: _Product, now: Moment) -> None:
    found, missing = product.found, product.after.missing - product.before.missing
    if found.is_deleted:  # nobody buys it in
        return
    if missing > 0:
        event = StockShort(
            product_id=found.product_id, order_uuid=command.id, quantity=missing, short_since=now.at
        )
        tx.publish(event, subject=f"product/{found.product_id}")
    before = Level(found.current_stock, found.low_stock_threshold)
    after = Level(found.current_stock + product.change, found.low_stock_threshold)
    publish_if_low(tx, found.product_id, before, after)


async def _write_lines(tx: Transaction, command: RecordSale, products: Sequence[_Product]) -> None:
    places = {line.product_id: place for place, line in enumerate(command.lines, start=1)}
    rows = [
        {
            "line": places[each.found.product_id],
            "product_id": each.found.product_id,
            "quantity": each.quantity,
            "product_name": each.found.product_name,
            "price": each.found.price,
            "tax_rate": each.found.tax_rate,
            "discount_percent": each.found.discount_percent,
            "target_audience": each.found.target_audience,
            "short": each.short,
            "counted": each.after.counted,
        }
        for each in products
        if each.quantity
    ]
    await tx.execute(DELETE_LINES, {"id": command.id})
    await tx.execute(INSERT_LINES, {"id": command.id, "rows": json_rows(rows)})


def _answer(command: RecordSale, products: Sequence[_Product]) -> list[SoldLine]:
    by_id = {product.found.product_id: product for product in products}
    return [_sold_line(by_id[line.product_id]) for line in command.lines]


def _sold_line(product: _Product) -> SoldLine:
    found = product.found
    line = AllocatedLine(
        found.product_id,
        found.product_name,
        product.quantity,
        found.price,
        found.tax_rate,
        found.discount_percent,
        found.target_audience,
        found.clave_prod_serv,
        found.clave_unidad,
        found.objeto_imp,
    )
    return SoldLine(line, product.short, found.is_deleted, found.priced_then)
