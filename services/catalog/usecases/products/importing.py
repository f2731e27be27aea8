"""Imports products by their sku, in batches: each line of a file is carried out whole or not at all.

A batch is one transaction of a few statements, so that 50,000 lines take less than a minute and a till
waits for a product that is being imported for a fraction of a second at most. After a crash the same file is
imported again: what stands already is unchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import LiteralString

from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.errors import DomainError, together
from libs.common.prices import TaxRate
from libs.common.store_calendar import Moment
from libs.common.unset import UNSET, Unset, given, value_or
from services.catalog.domain.pricing import base_price
from services.catalog.domain.products import (
    Product,
    refusals_of_count,
    refusals_of_expected,
)
from services.catalog.domain.stock import Reason
from services.catalog.usecases.products.changing import CreateProduct, new_product
from services.catalog.usecases.products.prices import remember_prices
from services.catalog.usecases.products.reading import SELECT_PRODUCTS, at_moment
from services.catalog.usecases.products.telling import tell_products
from services.catalog.usecases.products.withdrawing import is_withdrawn, withdraw
from services.catalog.usecases.stock.ledger import publish_if_low, record_counts
from services.catalog.usecases.stock.shortfalls import close_shortfalls
from services.catalog.usecases.suppliers import Named, suppliers_named

BATCH_MAX = 200

COLUMNS: LiteralString = """
    name, description, sku, price, tax_rate, cost, current_stock, low_stock_threshold, supplier_id,
    category, pet_type, brand, weight, clave_prod_serv, clave_unidad, objeto_imp, is_active, created_at,
    updated_at
"""
ROWS: LiteralString = """
    json_to_recordset(%(rows)s) as row (
        id bigint, name text, description text, sku text, price numeric, tax_rate text, cost numeric,
        current_stock bigint, low_stock_threshold int, supplier_id bigint, category text, pet_type text,
        brand text, weight numeric, clave_prod_serv text, clave_unidad text, objeto_imp text,
        is_active boolean, created_at timestamptz, updated_at timestamptz
    )
"""

# Two statements, as in `locking.py`.
LOCK_PRODUCTS = """
    select id from products where sku = any(%(skus)s) and deleted_at is null order by id for no key update
"""
SELECT_LOCKED = SELECT_PRODUCTS + " where product.id = any(%(ids)s)"

# In the order of sku, so that two imports of new products cannot deadlock.
INSERT_PRODUCTS = f"""
    insert into products ({COLUMNS}) select {COLUMNS} from {ROWS} order by sku
    on conflict (sku) where deleted_at is null do nothing
    returning id, sku
"""

UPDATE_PRODUCTS = f"""
    update products
    set ({COLUMNS}) = row (
        row.name, row.description, row.sku, row.price, row.tax_rate, row.cost, row.current_stock,
        row.low_stock_threshold, row.supplier_id, row.category, row.pet_type, row.brand, row.weight,
        row.clave_prod_serv, row.clave_unidad, row.objeto_imp, row.is_active, row.created_at, row.updated_at
    )
    from {ROWS} where products.id = row.id
"""


class Outcome(StrEnum):
    """What became of a line. UNCHANGED: the product was like that already."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProduct:
    """A line that creates the product with this sku, or changes the given fields of the one that has it.

    `supplier` is a name; a supplier that does not exist is created. `current_stock` is a count; if it is the
    `expected_stock`, the stock stays as it is.
    """

    line: int
    sku: str
    name: str | Unset = UNSET
    description: str | Unset = UNSET
    price: Decimal | Unset = UNSET
    tax_rate: TaxRate | Unset = UNSET
    cost: Decimal | Unset = UNSET
    current_stock: int | Unset = UNSET
    expected_stock: int | Unset = UNSET
    low_stock_threshold: int | Unset = UNSET
    supplier: str | Unset = UNSET
    category: str | Unset = UNSET
    pet_type: str | Unset = UNSET
    brand: str | Unset = UNSET
    weight: Decimal | Unset = UNSET
    clave_prod_serv: str | Unset = UNSET
    clave_unidad: str | Unset = UNSET
    objeto_imp: str | Unset = UNSET
    is_active: bool | Unset = UNSET


BESIDES_PRODUCT = ("line", "expected_stock", "supplier")


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """The outcome of a line.

    One that was refused has a `refusal`, or would be a new product and lacks the fields `missing`.
    """

    line: int
    sku: str
    outcome: Outcome
    product_id: int | None = None
    refusal: DomainError | None = None
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Inserted:
    id: int
    sku: str


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a line comes to: the product before it (None: it is new) and after it, or why it is refused."""

    line: ImportProduct
    before: Product | None
    after: Product
    refusals: Sequence[DomainError] = ()
    missing: Sequence[str] = ()

    @property
    def supplier(self) -> Named | None:
        """The supplier that the line names."""
        name = self.line.supplier
        if isinstance(name, Unset):
            return None
        return Named(name.strip(), held=self.before.supplier_id if self.before else None)

    @property
    def is_count(self) -> bool:
        """Whether the line has counted the stock of the product before it.

        One of an export has not: both stocks are the same. One that was carried out before has counted an
        earlier stock.
        """
        count, expected = self.line.current_stock, self.line.expected_stock
        if self.before is None or self.outcome == Outcome.REFUSED or count in {UNSET, expected}:
            return False
        return not refusals_of_expected(expected, current_stock=self.before.current_stock)

    @property
    def outcome(self) -> Outcome:
        if self.refusals or self.missing:
            return Outcome.REFUSED
        if self.before is None:
            return Outcome.CREATED
        return Outcome.UNCHANGED if self.after == self.before else Outcome.UPDATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """The person who imports, and the shop's own threshold. In a dry run nothing is changed."""

    database: Database
    by: int | None
    low_stock_threshold: int
    dry_run: bool


async def import_products(
    lines: Sequence[ImportProduct], *, importer: Importer, now: Moment
) -> list[ImportedLine]:
    """Carry out these lines, a batch of different skus; return what became of each, in their order."""
    outcomes: dict[int, ImportedLine] = {}
    while waiting := [each for each in lines if each.line not in outcomes]:
        outcomes |= {each.line: each for each in await _import_batch(waiting, importer, now)}
    return [outcomes[each.line] for each in lines]


async def _import_batch(
    batch: Sequence[ImportProduct], importer: Importer, now: Moment
) -> list[ImportedLine]:
    """The outcomes, without those of new skus that somebody else has taken in this very moment."""
    async with importer.database.transaction() as tx:
        async with tx.connection.transaction(force_rollback=importer.dry_run):
            decisions = await _decide(tx, batch, importer, now)
            outcomes = await _carry_out(tx, decisions, importer, now)
        if importer.dry_run:
            tx.published.clear()
    return outcomes


async def _decide(
    tx: Transaction, batch: Sequence[ImportProduct], importer: Importer, now: Moment
) -> list[_Decision]:
    """The decisions about the lines, whose products and suppliers are locked from now on.

    A line that is refused creates no supplier.
    """
    standing = await _lock(tx, batch, now)
    decisions = []
    for line in batch:
        before = standing.get(line.sku)
        decisions.append(_new(line, importer, now) if before is None else _changed(line, before, now))
    kept = [each for each in decisions if each.outcome != Outcome.REFUSED]
    suppliers = await suppliers_named(tx, {each.supplier for each in kept if each.supplier})
    return [_supplied(each, suppliers, now) for each in decisions]


def _supplied(decision: _Decision, suppliers: Mapping[Named, int], now: Moment) -> _Decision:
    """The decision with the supplier that its line names, if that is another one."""
    supplier_id = suppliers.get(decision.supplier) if decision.supplier else None
    if supplier_id is None or supplier_id == decision.after.supplier_id:
        return decision
    return replace(decision, after=replace(decision.after, supplier_id=supplier_id, updated_at=now.at))


async def _lock(tx: Transaction, batch: Sequence[ImportProduct], now: Moment) -> dict[str, Product]:
    """The products that exist, by sku, locked.

    The statements are planned each time: the table grows from empty to large while a first file is imported.
    """
    wanted = {"skus": [each.sku for each in batch]}
    locked = await tx.fetch_values(LOCK_PRODUCTS, wanted, prepare=False)
    asked = {"ids": locked, **at_moment(now)}
    return {each.sku: each for each in await tx.fetch_all(Product, SELECT_LOCKED, asked, prepare=False)}


def _new(line: ImportProduct, importer: Importer, now: Moment) -> _Decision:
    fields = given(line, but=BESIDES_PRODUCT)
    missing = [name for name in ("name", "price") if name not in fields]
    command = CreateProduct(by=importer.by, **{"name": "", "price": Decimal(0), **fields})
    product = new_product(command, low_stock_threshold=importer.low_stock_threshold, now=now)
    return _Decision(line, None, product, missing=missing)


def _changed(line: ImportProduct, before: Product, now: Moment) -> _Decision:
    fields = given(line, but=BESIDES_PRODUCT)
    if line.current_stock == line.expected_stock:
        fields.pop("current_stock", None)
    if not isinstance(line.price, Unset):
        rate = value_or(line.tax_rate, before.tax_rate)
        fields["price"] = base_price(line.price, rate, before=before.price)
    after = replace(before, **fields)
    if after == before:
        return _Decision(line, before, before)
    refusals = [
        *refusals_of_count(
            after.current_stock,
            current_stock=before.current_stock,
            reserved_quantity=before.reserved_quantity,
        ),
        *refusals_of_expected(line.expected_stock, current_stock=before.current_stock),
    ]
    is_counted = after.current_stock != before.current_stock
    return _Decision(line, before, replace(after, updated_at=now.at), refusals if is_counted else [])


async def _carry_out(
    tx: Transaction, decisions: Sequence[_Decision], importer: Importer, now: Moment
) -> list[ImportedLine]:
    by_outcome = {outcome: [each for each in decisions if each.outcome == outcome] for outcome in Outcome}
    created = await _insert(tx, [each.after for each in by_outcome[Outcome.CREATED]])
    changed = [(each.before, each.after) for each in by_outcome[Outcome.UPDATED] if each.before]
    await _update(tx, [after for _, after in changed])
    withdrawn = await withdraw(
        tx, [after for before, after in changed if is_withdrawn(before, after)], now=now, for_good=False
    )
    initial = [(product, product.current_stock) for product in created]
    counted = [(after, after.current_stock - before.current_stock) for before, after in changed]
    await record_counts(tx, initial, reason=Reason.INITIAL, by=importer.by)
    await record_counts(tx, counted, reason=Reason.ADJUSTMENT, by=importer.by)
    await close_shortfalls(tx, [each.before.id for each in decisions if each.before and each.is_count])
    ended = {product.id: product for product in withdrawn}
    await tell_products(tx, [*created, *(ended.get(after.id, after) for _, after in changed)])
    await remember_prices(tx, [*(each.id for each in created), *(after.id for _, after in changed)], now=now)
    for before, after in changed:
        publish_if_low(tx, after.id, before.level, after.level)
    ids = {product.sku: product.id for product in created}
    stand = [each for each in decisions if each.outcome != Outcome.CREATED or each.line.sku in ids]
    return [_outcome(each, {} if importer.dry_run else ids) for each in stand]


def _outcome(decision: _Decision, created: Mapping[str, int]) -> ImportedLine:
    line = decision.line
    product_id = decision.before.id if decision.before else created.get(line.sku)
    refusal = together(decision.refusals) if decision.refusals else None
    return ImportedLine(line.line, line.sku, decision.outcome, product_id, refusal, decision.missing)


async def _insert(tx: Transaction, products: Sequence[Product]) -> list[Product]:
    """The products with their ids, without those whose sku was taken meanwhile."""
    if not products:
        return []
    inserted = await tx.fetch_all(_Inserted, INSERT_PRODUCTS, {"rows": json_rows(products)})
    ids = {row.sku: row.id for row in inserted}
    return [replace(product, id=ids[product.sku]) for product in products if product.sku in ids]


async def _update(tx: Transaction, products: Sequence[Product]) -> None:
    if products:
        await tx.execute(UPDATE_PRODUCTS, {"rows": json_rows(products)})
