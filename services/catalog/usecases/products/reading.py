"""Reads products and their stock history. One query reads a product with its promotion and its holds."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, LiteralString

from psycopg import sql

from libs.common.db.changes import Changes, Feed
from libs.common.db.database import Database
from libs.common.db.listing import ChangesQuery, ListQuery, filters
from libs.common.db.pages import Listing, Page
from libs.common.store_calendar import Moment
from services.catalog.domain.price_changes import DAYS_AHEAD, PricedProduct
from services.catalog.domain.products import Product, ProductNotFound
from services.catalog.domain.stock import LedgerLine

# The holds are not looked up of a product that never had one.
COLUMNS: LiteralString = """
    product.id, product.name, product.description, product.sku, product.price, product.tax_rate,
        product.cost, product.current_stock, product.low_stock_threshold,
        case when product.holds_changed_in is null then 0 else (
            select coalesce(sum(quantity), 0)::bigint from holds
            where product_id = product.id and expires_at > %(now)s
        ) end as reserved_quantity,
        product.supplier_id, product.category, product.pet_type, product.brand, product.weight,
        product.clave_prod_serv, product.clave_unidad, product.objeto_imp, product.is_active,
        product.created_at, product.updated_at, promotion.discount_percent, product.xmin as version
"""

COMING_PROMOTIONS: LiteralString = """
    (
        select coalesce(jsonb_agg(jsonb_build_object('start_date', start_date, 'end_date', end_date,
            'discount_percent', discount_percent::text, 'target_audience', target_audience)), '[]')
        from promotions where product_id = product.id and daterange(start_date, end_date, '[]')
            && daterange(%(today)s::date, %(today)s::date + %(days_ahead)s::int, '[]')
    ) as promotions
"""

# A product has at most one promotion a day: the exclusion constraint of promotions ensures it.
PROMOTED_PRODUCTS: LiteralString = """
    products product
    left join promotions promotion on promotion.product_id = product.id
        and promotion.target_audience = 'ALL'
        and daterange(promotion.start_date, promotion.end_date, '[]') @> %(today)s::date
"""

SELECT_PRODUCTS = f"select {COLUMNS} from {PROMOTED_PRODUCTS}"

SELECT_PRICED_PRODUCTS = f"""
    select {COLUMNS}, %(today)s::date as priced_on, {COMING_PROMOTIONS} from {PROMOTED_PRODUCTS}
"""

SELECT_PRODUCT = SELECT_PRODUCTS + " where product.id = %(id)s and product.deleted_at is null"

SELECT_LEDGER = """
    select id, change, balance, reason, reference, user_id, note, created_at from stock_ledger entry
"""

SELECT_IS_PRODUCT = "select true from products where id = %(id)s and deleted_at is null"

# Not by stock: an index of it would take a sale's update out of its page (ADR 0045).
SORTABLE = ("id", "name", "sku", "price", "created_at")

PRODUCT_LIST = Listing(
    row=Product,
    rows=SELECT_PRODUCTS,
    counted="products product",
    columns={field: f"product.{field}" for field in SORTABLE},
    texts=("name", "sku"),
    searched="product.search_text",
)

NOT_DELETED = sql.SQL("product.deleted_at is null")

# No index has the stock (see above), so `low_stock` reads the products until its page is full.
FILTERS: Mapping[str, LiteralString] = {
    "sku": "product.sku = %(sku)s",
    "low_stock": "(product.current_stock <= product.low_stock_threshold) = %(low_stock)s",
    "supplier_id": "product.supplier_id = %(supplier_id)s",
}

PRODUCT_FEED = Feed(
    row=PricedProduct,
    rows=SELECT_PRICED_PRODUCTS,
    thing="product",
    id="product.id",
    exists="product.deleted_at is null",
)

STOCK_HISTORY = Listing(
    row=LedgerLine,
    rows=SELECT_LEDGER,
    counted="stock_ledger entry",
    columns={"id": "entry.id", "created_at": "entry.id"},
    default=(("id", True),),
    planned_anew=True,  # some products have thousands of lines, most a few
)


def at_moment(now: Moment) -> dict[str, Any]:
    """The parameters of `SELECT_PRODUCTS`: the moment, by which holds lapse, and the store's day."""
    return {"now": now.at, "today": now.day}


async def find_product(product_id: int, *, database: Database, now: Moment) -> Product:
    """The product at its present prices; raises `ProductNotFound`."""
    product = await database.fetch_one(Product, SELECT_PRODUCT, {"id": product_id, **at_moment(now)})
    if product is None:
        raise ProductNotFound
    return product


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products are listed; None: it does not matter."""

    sku: str | None = None
    low_stock: bool | None = None
    supplier_id: int | None = None


ANY_PRODUCT = ProductFilter()


async def list_products(
    query: ListQuery, *, wanted: ProductFilter = ANY_PRODUCT, database: Database, now: Moment
) -> Page[Product]:
    """Products at their present prices, by id unless ordered otherwise."""
    conditions, params = filters(FILTERS, asdict(wanted))
    return await PRODUCT_LIST.read(
        query, [NOT_DELETED, *conditions], {**at_moment(now), **params}, database=database
    )


async def all_products(*, database: Database, now: Moment) -> AsyncIterator[list[Product]]:
    """All products at their present prices, by id, in pages."""
    query: ListQuery | None = ListQuery(count="none")
    while query:
        page = await list_products(query, database=database, now=now)
        yield page.items
        query = replace(query, after=page.last) if page.last else None


async def list_product_changes(
    query: ChangesQuery, *, database: Database, now: Moment
) -> Changes[PricedProduct]:
    """All products, then those that changed since, with their prices of the next `DAYS_AHEAD` days.

    Raises `InvalidAfter`.
    """
    return await PRODUCT_FEED.read(query, {**at_moment(now), "days_ahead": DAYS_AHEAD}, database=database)


async def list_stock_history(product_id: int, query: ListQuery, *, database: Database) -> Page[LedgerLine]:
    """Every movement of the product's stock, newest first; raises `ProductNotFound`.

    A sale without a network moves stock when it arrives: that is the time and the place of its line.
    """
    if not await database.fetch_value(SELECT_IS_PRODUCT, {"id": product_id}):
        raise ProductNotFound
    return await STOCK_HISTORY.read(
        query, [sql.SQL("entry.product_id = %(id)s")], {"id": product_id}, database=database
    )
