"""Creating, changing and deleting products."""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, LiteralString

from psycopg.errors import ForeignKeyViolation, UniqueViolation

from libs.common.db.database import Database, Transaction
from libs.common.errors import DomainError, refuse_all
from libs.common.prices import TaxRate
from libs.common.row_versions import ANY_VERSION, Expected
from libs.common.store_calendar import Moment
from libs.common.unset import UNSET, Unset, given, value_or
from services.catalog.domain.pricing import TILL_TAX_RATE, WrittenPrice, base_price
from services.catalog.domain.products import (
    Product,
    SkuTaken,
    refusals_of_count,
    refusals_of_expected,
)
from services.catalog.domain.stock import Reason
from services.catalog.domain.suppliers import UnknownSupplier
from services.catalog.usecases.products.locking import lock_product
from services.catalog.usecases.products.prices import remember_prices
from services.catalog.usecases.products.telling import tell_deleted, tell_products
from services.catalog.usecases.products.withdrawing import is_withdrawn, withdraw
from services.catalog.usecases.stock.ledger import publish_if_low, record_counts
from services.catalog.usecases.stock.shortfalls import close_shortfalls
from services.catalog.usecases.suppliers import Named, suppliers_named

SELECT_REFERENCES = """
    select
        %(supplier_id)s::bigint is null or exists (select from suppliers where id = %(supplier_id)s)
            as supplier_is_known,
        exists (select from products where sku = %(sku)s and deleted_at is null and id <> %(id)s)
            as sku_is_taken
"""

# For the well-formed fields of a malformed body.
SELECT_FACTS = (
    SELECT_REFERENCES
    + """,
        coalesce((
            select sum(quantity) from holds where product_id = %(id)s and expires_at > %(now)s
        ), 0)::bigint as reserved_quantity,
        (select current_stock from products where id = %(id)s and deleted_at is null) as current_stock
"""
)

INSERT_PRODUCT = """
    insert into products
        (name, description, sku, price, tax_rate, cost, current_stock, low_stock_threshold, supplier_id,
            category, pet_type, brand, weight, clave_prod_serv, clave_unidad, objeto_imp, is_active,
            created_at, updated_at)
    values (%(name)s, %(description)s, %(sku)s, %(price)s, %(tax_rate)s, %(cost)s, %(current_stock)s,
        %(low_stock_threshold)s, %(supplier_id)s, %(category)s, %(pet_type)s, %(brand)s, %(weight)s,
        %(clave_prod_serv)s, %(clave_unidad)s, %(objeto_imp)s, %(is_active)s, %(created_at)s, %(updated_at)s)
    returning id, xmin as version
"""

UPDATE_PRODUCT = """
    update products
    set name = %(name)s, description = %(description)s, sku = %(sku)s, price = %(price)s,
        tax_rate = %(tax_rate)s, cost = %(cost)s, current_stock = %(current_stock)s,
        low_stock_threshold = %(low_stock_threshold)s, supplier_id = %(supplier_id)s,
        category = %(category)s, pet_type = %(pet_type)s, brand = %(brand)s, weight = %(weight)s,
        clave_prod_serv = %(clave_prod_serv)s, clave_unidad = %(clave_unidad)s, objeto_imp = %(objeto_imp)s,
        is_active = %(is_active)s, updated_at = %(updated_at)s
    where id = %(id)s
    returning id, xmin as version
"""

UPDATE_TO_DELETED = "update products set deleted_at = %(now)s, updated_at = %(now)s where id = %(id)s"

# What a command has beyond the columns of a product, or in other terms.
NO_COLUMNS = ("product_id", "by", "expected", "expected_stock", "price", "supplier_name")

NOT_YET = 0  # the id of a product before it is inserted


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProduct:
    """A product to create by the user `by` (None: an operator).

    UNSET means the name as description, the shop's threshold. `supplier_name` names the supplier instead of
    `supplier_id`; one with a new name is created.
    """

    by: int | None
    name: str
    sku: str
    price: WrittenPrice
    description: str | Unset = UNSET
    tax_rate: TaxRate = TILL_TAX_RATE
    cost: Decimal | None = None
    current_stock: int = 0
    low_stock_threshold: int | Unset = UNSET
    supplier_id: int | None = None
    supplier_name: str | Unset | None = UNSET
    category: str | None = None
    pet_type: str | None = None
    brand: str | None = None
    weight: Decimal | None = None
    clave_prod_serv: str | None = None
    clave_unidad: str | None = None
    objeto_imp: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProduct:
    """The fields of a product to change by the user `by`.

    `current_stock` is a counted quantity, `expected_stock` the stock that the user knew.
    `supplier_name` is as in `CreateProduct`.
    """

    product_id: int
    by: int
    expected: Expected = ANY_VERSION
    expected_stock: int | Unset = UNSET
    name: str | Unset = UNSET
    sku: str | Unset = UNSET
    price: WrittenPrice | Unset = UNSET
    description: str | Unset = UNSET
    tax_rate: TaxRate | Unset = UNSET
    cost: Decimal | Unset | None = UNSET
    current_stock: int | Unset = UNSET
    low_stock_threshold: int | Unset = UNSET
    supplier_id: int | Unset | None = UNSET
    supplier_name: str | Unset | None = UNSET
    category: str | Unset | None = UNSET
    pet_type: str | Unset | None = UNSET
    brand: str | Unset | None = UNSET
    weight: Decimal | Unset | None = UNSET
    clave_prod_serv: str | Unset | None = UNSET
    clave_unidad: str | Unset | None = UNSET
    objeto_imp: str | Unset | None = UNSET
    is_active: bool | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """The fields of a body that are looked up, for a new product or for the one with `id`; None is not."""

    id: int
    sku: str | None
    supplier_id: int | None = None
    count: int | None
    expected_stock: int | Unset = UNSET


@dataclass(frozen=True, slots=True)
class _References:
    supplier_is_known: bool
    sku_is_taken: bool


@dataclass(frozen=True, slots=True)
class _Facts(_References):
    reserved_quantity: int
    current_stock: int | None


async def create_product(
    command: CreateProduct, *, database: Database, low_stock_threshold: int, now: Moment
) -> Product:
    """Create a product. Its initial stock is the ledger's first line; `low_stock_threshold` is the shop's.

    Raises `SkuTaken`, `UnknownSupplier` or both.
    """
    product = new_product(command, low_stock_threshold=low_stock_threshold, now=now)
    try:
        async with database.transaction() as tx:
            product = replace(product, **await _supplier(tx, command.supplier_name))
            refuse_all(await _bad_references(tx, product))
            product = await _write(tx, INSERT_PRODUCT, product)
            await tell_products(tx, [product])
            await remember_prices(tx, [product.id], now=now)
            initial = [(product, product.current_stock)]
            await record_counts(tx, initial, reason=Reason.INITIAL, by=command.by)
    except (UniqueViolation, ForeignKeyViolation) as race:
        raise _refusal_of(race, product) from race
    return product


def new_product(command: CreateProduct, *, low_stock_threshold: int, now: Moment) -> Product:
    """The product that the command creates, before it has an id."""
    return Product(
        id=NOT_YET,
        reserved_quantity=0,
        discount_percent=None,
        created_at=now.at,
        updated_at=now.at,
        **{
            **given(command, but=NO_COLUMNS),
            "price": base_price(command.price, command.tax_rate),
            "description": value_or(command.description, command.name),
            "low_stock_threshold": value_or(command.low_stock_threshold, low_stock_threshold),
        },
    )


async def change_product(command: ChangeProduct, *, database: Database, now: Moment) -> Product:
    """Change the given fields only. `current_stock` sets the stock; the ledger records the difference.

    A count closes the product's shortfalls, also one that finds the stock as it is in the books. Holds and
    running promotions of a product that is deactivated end.

    Raises `ProductNotFound`, `StockBelowHolds`, `StockChanged`, the errors of `create_product`, and
    `ChangedMeanwhile` if the product is not as expected.
    """
    try:
        async with database.transaction() as tx:
            before = await lock_product(tx, command.product_id, now)
            supplier = await _supplier(tx, command.supplier_name, held=before.supplier_id)
            after = replace(before, **given(command, but=NO_COLUMNS), **supplier, updated_at=now.at)
            if not isinstance(command.price, Unset):
                price = base_price(command.price, after.tax_rate, before=before.price)
                after = replace(after, price=price)
            of_count = refusals_of_count(
                after.current_stock,
                current_stock=before.current_stock,
                reserved_quantity=before.reserved_quantity,
            )
            of_expected = refusals_of_expected(command.expected_stock, current_stock=before.current_stock)
            refuse_all([*of_count, *of_expected, *await _bad_references(tx, after)])
            command.expected.check(before.version)
            after = await _write(tx, UPDATE_PRODUCT, after)
            if is_withdrawn(before, after):
                (after,) = await withdraw(tx, [after], now=now, for_good=False)
            await tell_products(tx, [after])
            await remember_prices(tx, [after.id], now=now)
            counted = [(after, after.current_stock - before.current_stock)]
            await record_counts(tx, counted, reason=Reason.ADJUSTMENT, by=command.by)
            if not isinstance(command.current_stock, Unset):
                await close_shortfalls(tx, [after.id])
            publish_if_low(tx, after.id, before.level, after.level)
    except (UniqueViolation, ForeignKeyViolation) as race:
        raise _refusal_of(race, after) from race
    return after


async def delete_product(
    product_id: int, *, database: Database, now: Moment, expected: Expected = ANY_VERSION
) -> None:
    """Delete the product; sold lines still name it. Its holds and its promotions end.

    Raises `ProductNotFound` and `ChangedMeanwhile`.
    """
    async with database.transaction() as tx:
        product = await lock_product(tx, product_id, now)
        expected.check(product.version)
        (product,) = await withdraw(tx, [product], now=now, for_good=True)
        await tx.execute(UPDATE_TO_DELETED, {"id": product_id, "now": now.at})
        await tell_deleted(tx, product)
        await remember_prices(tx, [product_id], now=now)


async def find_refusals(fields: LookedUp, *, database: Database, now: Moment) -> list[DomainError]:
    """The refusals of `create_product`, or of `change_product`, for these fields."""
    found = await database.fetch_only(_Facts, SELECT_FACTS, {**asdict(fields), "now": now.at})
    refusals = _refusals_of(found, fields.supplier_id)
    if (stock := found.current_stock) is None:
        return refusals
    count = stock if fields.count is None else fields.count
    of_count = refusals_of_count(count, current_stock=stock, reserved_quantity=found.reserved_quantity)
    return [*of_count, *refusals_of_expected(fields.expected_stock, current_stock=stock), *refusals]


async def _supplier(tx: Transaction, name: str | Unset | None, *, held: int | None = None) -> dict[str, Any]:
    """The supplier of this name as a field to change; none for UNSET.

    It is locked after the product that is changed, as imports do, so that they cannot deadlock.
    """
    if isinstance(name, Unset):
        return {}
    found = await suppliers_named(tx, [Named(name.strip(), held)] if name else [])
    return {"supplier_id": next(iter(found.values()), None)}


async def _write(tx: Transaction, statement: LiteralString, product: Product) -> Product:
    """The product as it is after the statement."""
    (written,) = await tx.fetch_dicts(statement, asdict(product))
    return replace(product, **written)


async def _bad_references(tx: Transaction, product: Product) -> list[DomainError]:
    found = await tx.fetch_only(_References, SELECT_REFERENCES, asdict(product))
    return _refusals_of(found, product.supplier_id)


def _refusals_of(found: _References, supplier_id: int | None) -> list[DomainError]:
    refusals: list[DomainError] = []
    if found.sku_is_taken:
        refusals.append(SkuTaken())
    if not found.supplier_is_known:
        refusals.append(UnknownSupplier(supplier_id))
    return refusals


def _refusal_of(race: UniqueViolation | ForeignKeyViolation, product: Product) -> DomainError:
    """The refusal when another change was committed between the check and the write."""
    return SkuTaken() if isinstance(race, UniqueViolation) else UnknownSupplier(product.supplier_id)
