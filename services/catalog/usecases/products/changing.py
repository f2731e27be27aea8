"""How are products made, changed and taken out of the catalogue?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from psycopg.errors import ForeignKeyViolation, UniqueViolation

from libs.common.contracts.catalog import ProductChanged
from libs.common.db.database import Database, Transaction
from libs.common.errors import DomainError, refuse_all
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product, ProductNotFound, SkuTaken, refuse_less_than_reserved
from services.catalog.domain.stock import Reason
from services.catalog.domain.suppliers import UnknownSupplier
from services.catalog.usecases.products.reading import PRODUCT
from services.catalog.usecases.stock.ledger import record_count

LOCK = PRODUCT + " for no key update of product"

CHECK_REFERENCES = """
    select
        %(supplier_id)s::bigint is null or exists (select from suppliers where id = %(supplier_id)s)
            as supplier_is_known,
        exists (select from products where sku = %(sku)s and deleted_at is null and id <> %(id)s)
            as sku_is_taken
"""

ADD = """
    insert into products
        (name, description, sku, price, tax_rate, cost, current_stock, low_stock_threshold, supplier_id,
            category, pet_type, brand, weight, is_active, created_at, updated_at)
    values (%(name)s, %(description)s, %(sku)s, %(price)s, %(tax_rate)s, %(cost)s, %(current_stock)s,
        %(low_stock_threshold)s, %(supplier_id)s, %(category)s, %(pet_type)s, %(brand)s, %(weight)s,
        %(is_active)s, %(created_at)s, %(updated_at)s)
    returning id
"""

SAVE = """
    update products
    set name = %(name)s, description = %(description)s, sku = %(sku)s, price = %(price)s,
        tax_rate = %(tax_rate)s, cost = %(cost)s, current_stock = %(current_stock)s,
        low_stock_threshold = %(low_stock_threshold)s, supplier_id = %(supplier_id)s,
        category = %(category)s, pet_type = %(pet_type)s, brand = %(brand)s, weight = %(weight)s,
        is_active = %(is_active)s, updated_at = %(updated_at)s
    where id = %(id)s
"""

DELETE = "update products set deleted_at = %(now)s, updated_at = %(now)s where id = %(id)s"

NOT_YET = 0  # the id of a product that is only being made

# What is not given when a product is made. A description that is not given is the name.
USUAL: Mapping[str, Any] = {
    "tax_rate": "0.16",
    "cost": None,
    "current_stock": 0,
    "supplier_id": None,
    "category": None,
    "pet_type": None,
    "brand": None,
    "weight": None,
    "is_active": True,
}


@dataclass(frozen=True, slots=True)
class _References:
    supplier_is_known: bool
    sku_is_taken: bool


async def create_product(
    fields: Mapping[str, Any], *, by: int, database: Database, low_stock_threshold: int, now: Moment
) -> Product:
    """Enter a product; `name`, `sku` and `price` are needed. The first stock is the ledger's first line.

    Raises `SkuTaken`, `UnknownSupplier` or both.
    """
    product = Product(
        id=NOT_YET,
        reserved_quantity=0,
        discount_percent=None,
        created_at=now.at,
        updated_at=now.at,
        **{
            **USUAL,
            "description": fields["name"],
            "low_stock_threshold": low_stock_threshold,
            **fields,
        },
    )
    try:
        async with database.transaction() as tx:
            await _refuse_bad_references(tx, product)
            product = replace(product, id=await tx.fetch_value(ADD, asdict(product)))
            tell_product_changed(tx, product)
            await record_count(tx, product, change=product.current_stock, reason=Reason.INITIAL, by=by)
    except (UniqueViolation, ForeignKeyViolation) as race:
        raise _lost(race, product) from race
    return product


async def change_product(
    product_id: int, changes: Mapping[str, Any], *, by: int, database: Database, now: Moment
) -> Product:
    """Change only the fields given. A `current_stock` sets the stock; the ledger says by how much it moved.

    Raises `ProductNotFound`, `StockBelowHolds`, and what `create_product` does.
    """
    try:
        async with database.transaction() as tx:
            before = await _lock(tx, product_id, now)
            after = replace(before, **changes, updated_at=now.at)
            refuse_less_than_reserved(after)
            await _refuse_bad_references(tx, after)
            await tx.execute(SAVE, asdict(after))
            tell_product_changed(tx, after)
            change = after.current_stock - before.current_stock
            await record_count(tx, after, change=change, reason=Reason.ADJUSTMENT, by=by)
    except (UniqueViolation, ForeignKeyViolation) as race:
        raise _lost(race, after) from race
    return after


async def delete_product(product_id: int, *, database: Database, now: Moment) -> None:
    """Take the product out of the catalogue; what was sold of it still names it. Raises `ProductNotFound`."""
    async with database.transaction() as tx:
        product = await _lock(tx, product_id, now)
        await tx.execute(DELETE, {"id": product_id, "now": now.at})
        tell_product_changed(tx, product, deleted=True)


def tell_product_changed(tx: Transaction, product: Product, *, deleted: bool = False) -> None:
    """The product as it is now, for whoever keeps a copy."""
    event = ProductChanged(
        product_id=product.id,
        name=product.name,
        description=product.description,
        sku=product.sku,
        price=product.price,
        final_price=product.final_price,
        tax_rate=product.tax_rate,
        cost=product.cost,
        current_stock=product.current_stock,
        low_stock_threshold=product.low_stock_threshold,
        deleted=deleted,
    )
    tx.publish(event, subject=f"product/{product.id}")


async def _lock(tx: Transaction, product_id: int, now: Moment) -> Product:
    product = await tx.fetch_one(Product, LOCK, {"id": product_id, "today": now.day})
    if product is None:
        raise ProductNotFound
    return product


async def _refuse_bad_references(tx: Transaction, product: Product) -> None:
    found = await tx.fetch_one(_References, CHECK_REFERENCES, asdict(product))
    assert found, "a select without from has one row"
    refusals: list[DomainError] = []
    if found.sku_is_taken:
        refusals.append(SkuTaken())
    if not found.supplier_is_known:
        refusals.append(UnknownSupplier(product.supplier_id))
    refuse_all(refusals)


def _lost(race: UniqueViolation | ForeignKeyViolation, product: Product) -> DomainError:
    """The refusal for what somebody else did between our look and our write."""
    return SkuTaken() if isinstance(race, UniqueViolation) else UnknownSupplier(product.supplier_id)
