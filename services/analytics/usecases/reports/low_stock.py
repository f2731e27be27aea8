"""Lists the products whose stock is low: by the threshold of each, or by one for all (contract §6)."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.analytics.domain.inventory import threshold_of
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.stocked import STOCKED


@dataclass(frozen=True, slots=True)
class LowProduct:
    """A product with its stock, and the threshold at which it counts as low."""

    product_id: int
    name: str
    sku: str
    current_stock: int
    low_stock_threshold: int


ROWS: LiteralString = f"""
select product_stocks.product_id, name, sku, current_stock, product_stocks.low_stock_threshold
from {STOCKED}
"""

# As in the index of low stocks.
BELOW_ITS_OWN: LiteralString = "in_catalog and current_stock <= product_stocks.low_stock_threshold"
BELOW_ONE: LiteralString = "in_catalog and current_stock <= %(threshold)s::bigint"

LOW_STOCK_LIST = Listing(
    row=LowProduct,
    rows=ROWS,
    counted="product_stocks",
    columns={"current_stock": "product_stocks.current_stock", "id": "product_stocks.product_id"},
    default=(("current_stock", True), ("id", False)),
)

IN_ORDER: LiteralString = "order by product_stocks.current_stock desc, product_stocks.product_id"
SELECT_BELOW_THEIR_OWN: LiteralString = f"{ROWS} where {BELOW_ITS_OWN} {IN_ORDER}"
SELECT_BELOW_ONE: LiteralString = f"{ROWS} where {BELOW_ONE} {IN_ORDER}"


async def list_low_stock(threshold: str | None, query: ListQuery, *, desk: Desk) -> Report[Page[LowProduct]]:
    """A page of the products at or below `threshold`, the highest stock first, equal ones by id.

    Without it, or with an empty one, the threshold of each product counts. One that is no number finds none.
    """
    condition = BELOW_ONE if threshold else BELOW_ITS_OWN
    async with desk.snapshot() as snapshot:
        page = await LOW_STOCK_LIST.read_on(query, [sql.SQL(condition)], _params(threshold), snapshot.sql)
    return Report(page, snapshot.as_of)


def all_low_stock(threshold: str | None, *, desk: Desk) -> AsyncGenerator[Report[Sequence[LowProduct]], None]:
    """All of them in batches, in the same order."""
    statement = SELECT_BELOW_ONE if threshold else SELECT_BELOW_THEIR_OWN
    return desk.read_through(LowProduct, statement, _params(threshold))


def _params(threshold: str | None) -> Mapping[str, object]:
    return {"threshold": threshold_of(threshold)} if threshold else {}
