"""Counts rows of the rollups again from the facts, while nobody else records (see `taking_off.py`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.store_calendar import month_of
from services.analytics.usecases.sales.rollups import OF_SALES, PRODUCTS, TAXES, Rollup

_SALES: LiteralString = "(select * from sale_facts where day = any(%(days)s)) as sale_facts"
_LINES: LiteralString = "(select * from line_facts where day = any(%(days)s)) as line_facts"

# The months are few, their products many or few: each pair is looked up by its product's index.
_LINES_OF_MONTHS: LiteralString = """(
    select month, product_id, quantity, amount
    from unnest(%(months)s::date[], %(products)s::bigint[])
        as months(month, product_id)
    join line_facts using (product_id)
    where day >= month and day < month + interval '1 month'
) as line_facts"""

DELETE_MONTHS: LiteralString = """
delete from products_by_month
using unnest(%(months)s::date[], %(products)s::bigint[]) as again(month, product_id)
where products_by_month.month = again.month and products_by_month.product_id = again.product_id
"""
INSERT_MONTHS: LiteralString = PRODUCTS.insert(_LINES_OF_MONTHS)


@dataclass(frozen=True, slots=True)
class Touched:
    """A day, and a product that was sold on it, of which facts have changed."""

    day: date
    product_id: int | None


async def recount(tx: Transaction, touched: Collection[Touched]) -> None:
    """Make the rollups equal to the facts again on the days, and for the products in the months, touched."""
    if not touched:
        return
    days = {"days": list({each.day for each in touched})}
    for rollup in OF_SALES:
        await _again(tx, rollup, _SALES, days)
    await _again(tx, TAXES, _LINES, days)
    pairs = sorted({(month_of(each.day), each.product_id) for each in touched if each.product_id is not None})
    months = {"months": [month for month, _ in pairs], "products": [product for _, product in pairs]}
    await tx.execute(DELETE_MONTHS, months)
    await tx.execute(INSERT_MONTHS, months)


async def _again(tx: Transaction, rollup: Rollup, facts: LiteralString, days: dict[str, list[date]]) -> None:
    await tx.execute(f"delete from {rollup.table} where day = any(%(days)s)", days)
    await tx.execute(rollup.insert(facts), days)
