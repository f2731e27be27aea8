"""Reports how fast a product sells, and how long its stock lasts (contract §6)."""

from dataclasses import dataclass

from services.analytics.domain.velocity import (
    IdentifierMissing,
    IdentifierUnknown,
    StockTurn,
    Velocity,
    days_in_stock,
    days_since_first_sale,
    first_day,
    wanted_days,
)
from services.analytics.usecases.products.finding import StockedProduct, find_product
from services.analytics.usecases.reports.desk import Desk, Report, Snapshot

# A sale of which everything came back is none.
SELECT_FIRST_SALE = """
select day from line_facts where product_id = %(product_id)s and quantity > 0 order by day limit 1
"""
# `first_sale` is that of a product without a turn before these days.
SELECT_SOLD = """
select coalesce(sum(quantity), 0)::bigint as units,
    min(day) filter (where quantity > 0 and not exists (
        select from stock_turns where product_id = %(product_id)s and day < %(first)s
    )) as first_sale
from line_facts where product_id = %(product_id)s and day between %(first)s and %(last)s
"""
SELECT_TURNS = """
select day, in_stock from stock_turns where product_id = %(product_id)s and day >= %(first)s
order by ledger_id
"""


@dataclass(frozen=True, slots=True)
class ProductVelocity:
    """How fast a product sells."""

    product: StockedProduct
    velocity: Velocity


async def estimate_velocity(
    identifier: str | None, period_days: str | None, *, desk: Desk
) -> Report[ProductVelocity]:
    """The velocity of the product with this name or sku, on the last `period_days` days, today included.

    The period begins with the product's first sale if that is later. Raises `IdentifierMissing`,
    `PeriodDaysRefused` and `IdentifierUnknown`.
    """
    if not (identifier and identifier.strip()):
        raise IdentifierMissing
    wanted = wanted_days(period_days)
    async with desk.snapshot() as snapshot:
        product = await find_product(identifier, sql=snapshot.sql)
        if product is None:
            raise IdentifierUnknown
        velocity = await _velocity(product, wanted, snapshot)
    return Report(ProductVelocity(product, velocity), snapshot.as_of)


async def _velocity(product: StockedProduct, wanted: int, snapshot: Snapshot) -> Velocity:
    sql, today, params = snapshot.sql, snapshot.today, {"product_id": product.product_id}
    first_sale = await sql.fetch_value(SELECT_FIRST_SALE, params)
    days = days_since_first_sale(wanted, first_sale=first_sale, today=today)
    period = params | {"first": first_day(wanted, today), "last": today}
    turns = await sql.fetch_all(StockTurn, SELECT_TURNS, period)
    (sold,) = await sql.fetch_dicts(SELECT_SOLD, period)
    return Velocity(
        days=days,
        # Not shortened: on days without a sale since it came, the product was slow.
        days_in_stock=days_in_stock(
            turns,
            first=first_day(wanted, today),
            last=today,
            in_stock_now=product.current_stock > 0,
            first_sale=sold["first_sale"],
        ),
        units=sold["units"],
        current_stock=product.current_stock,
    )
