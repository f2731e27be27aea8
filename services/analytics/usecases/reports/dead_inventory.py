"""Lists the products that have not been sold since a day (contract §6)."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from psycopg import sql

from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.analytics.domain.inventory import unsold_since
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.stocked import STOCKED


@dataclass(frozen=True, slots=True)
class DeadProduct:
    """A product with its stock, and the day of its last sale; None if it was never sold."""

    product_id: int
    name: str
    sku: str
    current_stock: int
    last_sale: date | None


# Of a line that came back in whole nothing is left: it is no sale.
ROWS: LiteralString = f"""
select product_stocks.product_id, name, sku, current_stock, (
    select day from line_facts where line_facts.product_id = product_stocks.product_id and quantity > 0
    order by day desc limit 1
) as last_sale
from {STOCKED}
"""

# `offset 0` keeps the planner from joining all sales of the period: a page asks for few products, and each
# costs one look at an index. A day that is null, because none was written, finds nothing.
UNSOLD: LiteralString = """
in_catalog and %(since)s::date is not null and not exists (
    select from line_facts where line_facts.product_id = product_stocks.product_id
    and day >= %(since)s and quantity > 0 offset 0
)
"""

DEAD_INVENTORY_LIST = Listing(
    row=DeadProduct,
    rows=ROWS,
    counted="product_stocks",
    columns={"id": "product_stocks.product_id"},
)

SELECT_UNSOLD: LiteralString = f"{ROWS} where {UNSOLD} order by product_stocks.product_id"


async def list_dead_inventory(
    reference_date: str | None, query: ListQuery, *, desk: Desk
) -> Report[Page[DeadProduct]]:
    """A page of the products without a sale on or after `reference_date`, by id.

    Without it, or with an empty one, it is 30 days before today. One that is no date finds none.
    """
    async with desk.snapshot() as snapshot:
        params = {"since": unsold_since(reference_date, today=snapshot.today)}
        page = await DEAD_INVENTORY_LIST.read_on(query, [sql.SQL(UNSOLD)], params, snapshot.sql)
    return Report(page, snapshot.as_of)


def all_dead_inventory(
    reference_date: str | None, *, desk: Desk
) -> AsyncGenerator[Report[Sequence[DeadProduct]], None]:
    """All of them in batches, in the same order."""
    params = {"since": unsold_since(reference_date, today=desk.now.day)}
    return desk.read_through(DeadProduct, SELECT_UNSOLD, params)
