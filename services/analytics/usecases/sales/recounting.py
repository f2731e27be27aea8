"""Counts rows of the rollups again from the facts, while nobody else records (see `taking_off.py`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.store_calendar import month_of, year_of
from services.analytics.usecases.sales.rollups import (
    OF_SALES,
    PRODUCTS_OF_MONTHS,
    PRODUCTS_OF_YEARS,
    TAXES,
    Rollup,
)

_SALES: LiteralString = "(select * from sale_facts where day = any(%(days)s)) as sale_facts"
_LINES: LiteralString = "(select * from line_facts where day = any(%(days)s)) as line_facts"

# The months are few, their products many or few: each pair is looked up by its product's index.
_LINES_OF_MONTHS: LiteralString = """(
    select day, product_id, quantity, amount
    from unnest(%(starts)s::date[], %(products)s::bigint[])
        as months(month, product_id)
    join line_facts using (product_id)
    where day >= month and day < month + interval '1 month'
) as line_facts"""

# The twelve months of each pair are looked up by their key: a range of months would be read for all products.
_MONTHS_OF_YEARS: LiteralString = """(
    select year as day, years.product_id, units as quantity, revenue as amount
    from unnest(%(starts)s::date[], %(products)s::bigint[]) as years(year, product_id),
        lateral (
            select units, revenue from products_by_month as sums
            where sums.product_id = years.product_id and month = any(array(
                select (year + number * interval '1 month')::date from generate_series(0, 11) as number
            )) offset 0
        ) as months
) as line_facts"""


@dataclass(frozen=True, slots=True)
class Touched:
    """A day, and a product that was sold on it, of which facts have changed."""

    day: date
    product_id: int | None


async def recount(tx: Transaction, touched: Collection[Touched]) -> None:
    """Make the rollups equal to the facts again on the days touched.

    Sums of products are counted again for the products touched, in the months and years of these days.
    """
    if not touched:
        return
    days = {"days": list({each.day for each in touched})}
    for rollup in OF_SALES:
        await _again(tx, rollup, _SALES, days)
    await _again(tx, TAXES, _LINES, days)
    sold = [(each.day, each.product_id) for each in touched if each.product_id is not None]
    months = sorted({(month_of(day), product) for day, product in sold})
    await _again_of_products(tx, PRODUCTS_OF_MONTHS, "month", _LINES_OF_MONTHS, months)
    years = sorted({(year_of(day), product) for day, product in sold})
    await _again_of_products(tx, PRODUCTS_OF_YEARS, "year", _MONTHS_OF_YEARS, years)


async def _again(tx: Transaction, rollup: Rollup, facts: LiteralString, days: dict[str, list[date]]) -> None:
    await tx.execute(f"delete from {rollup.table} where day = any(%(days)s)", days)
    await tx.execute(rollup.insert(facts), days)


async def _again_of_products(
    tx: Transaction,
    rollup: Rollup,
    part: LiteralString,
    facts: LiteralString,
    pairs: Sequence[tuple[date, int]],
) -> None:
    """The rows of these months, or years, of products; `facts` have them as `starts` and `products`."""
    params = {"starts": [start for start, _ in pairs], "products": [product for _, product in pairs]}
    await tx.execute(
        f"""delete from {rollup.table}
using unnest(%(starts)s::date[], %(products)s::bigint[]) as again(start, product_id)
where {rollup.table}.{part} = again.start and {rollup.table}.product_id = again.product_id""",
        params,
    )
    await tx.execute(rollup.insert(facts), params)
