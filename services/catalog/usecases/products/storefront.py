"""Reads products as the web shop shows them, filtered by the price that is paid now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from libs.common.prices import TAX_FRACTIONS, TaxRate
from libs.common.store_calendar import Moment
from services.catalog.domain.pricing import paid_above, paid_from
from services.catalog.domain.products import Product, ProductNotFound, SuppliedProduct
from services.catalog.usecases.products.reading import COLUMNS, PROMOTED_PRODUCTS, SELECT_PRODUCTS, at_moment

SELECT_SUPPLIED_PRODUCT = f"""
    select {COLUMNS}, supplier.name as supplier_name
    from {PROMOTED_PRODUCTS}
    left join suppliers supplier on supplier.id = product.supplier_id
    where product.id = %(id)s and product.deleted_at is null and (product.is_active or %(inactive_too)s)
"""

SELECT_QUOTED_PRODUCTS = (
    SELECT_PRODUCTS + " where product.id = any(%(ids)s::bigint[]) and product.deleted_at is null order by id"
)

TAX_FRACTION = "case product.tax_rate {} end".format(
    " ".join(f"when '{rate}' then {fraction}" for rate, fraction in TAX_FRACTIONS.items())
)

# Equal to `Product.final_price`: nothing is rounded before the last step, and numbers are above 0.
FINAL_PRICE = f"""
    round(product.price * (100 - coalesce(promotion.discount_percent, 0)) * 0.01 * (1 + {TAX_FRACTION}), 2)
"""

# The promotions that have not ended are few: an index finds them before their day is compared.
PROMOTED: LiteralString = "promotion.end_date >= %(today)s::date"
NOT_PROMOTED: LiteralString = "promotion.product_id is null"

Price = Callable[[Decimal, TaxRate], Decimal]
# The comparison of what is paid, and of a price before tax with the result of the function.
PRICE_ENDS: Mapping[str, tuple[LiteralString, LiteralString, Price]] = {
    "min_price": (f"{FINAL_PRICE} >= %(min_price)s", "product.price >= {}", paid_from),
    "max_price": (f"{FINAL_PRICE} <= %(max_price)s", "product.price < {}", paid_above),
}

STORE_LIST = Listing(
    row=Product, rows=SELECT_PRODUCTS, counted="products product", columns={"id": "product.id"}
)
STORE_LIST_FILTERED = replace(STORE_LIST, planned_anew=True)
STORE_LIST_BY_PRICE = replace(STORE_LIST_FILTERED, counted=PROMOTED_PRODUCTS.strip())

STORE_FILTERS: Mapping[str, LiteralString] = {
    "category": "product.category = %(category)s",
    "pet_type": "product.pet_type = %(pet_type)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFilters:
    """The wanted products; prices are those paid now, both ends included. None is no filter."""

    category: str | None = None
    pet_type: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None


async def list_store_products(
    query: ListQuery, filters: StoreFilters, *, database: Database, now: Moment
) -> Page[Product]:
    """The products that the web shop shows, at their present prices, by id."""
    wanted = {name: value for name, value in asdict(filters).items() if value is not None}
    conditions = [sql.SQL("product.deleted_at is null and product.is_active")]
    conditions += [sql.SQL(STORE_FILTERS[name]) for name in STORE_FILTERS if name in wanted]
    kinds = kinds_by_price({end: wanted[end] for end in PRICE_ENDS if end in wanted})
    listing = STORE_LIST_BY_PRICE if kinds else STORE_LIST_FILTERED if wanted else STORE_LIST
    return await listing.read(query, conditions, {**at_moment(now), **wanted}, kinds=kinds, database=database)


def kinds_by_price(ends: Mapping[str, Decimal]) -> list[sql.Composable]:
    """The products whose price now is within these ends: those in a promotion, and those in none.

    The latter are read by the index of prices before tax, a range for each tax rate. No ends: no kinds.
    """
    if not ends:
        return []
    promoted = [PROMOTED, *(PRICE_ENDS[end][0] for end in ends)]
    ranges = [_regular_prices(rate, ends) for rate in TAX_FRACTIONS]
    return [
        sql.SQL(" and ".join(promoted)),
        sql.SQL("{} and ({})").format(sql.SQL(NOT_PROMOTED), sql.SQL(" or ").join(ranges)),
    ]


def _regular_prices(rate: TaxRate, ends: Mapping[str, Decimal]) -> sql.Composed:
    conditions: list[sql.Composable] = [sql.SQL("product.tax_rate = {}").format(sql.Literal(rate))]
    for end, amount in ends.items():
        _, comparison, price = PRICE_ENDS[end]
        conditions.append(sql.SQL(comparison).format(sql.Literal(price(amount, rate))))
    return sql.SQL("({})").format(sql.SQL(" and ").join(conditions))


async def find_store_product(
    product_id: int, *, inactive_too: bool, database: Database, now: Moment
) -> SuppliedProduct:
    """The product at its present prices, with its supplier.

    Raises `ProductNotFound`, also for one that is not active unless `inactive_too`.
    """
    product = await database.fetch_one(
        SuppliedProduct,
        SELECT_SUPPLIED_PRODUCT,
        {"id": product_id, "inactive_too": inactive_too, **at_moment(now)},
    )
    if product is None:
        raise ProductNotFound
    return product


async def quote_products(product_ids: Sequence[int], *, database: Database, now: Moment) -> list[Product]:
    """These products at their present prices, by id; inactive ones too, but none that does not exist."""
    return await database.fetch_all(
        Product, SELECT_QUOTED_PRODUCTS, {"ids": list(product_ids), **at_moment(now)}
    )
