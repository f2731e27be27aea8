"""Reports the value of the stock, of all products or of one (contract §6)."""

from dataclasses import dataclass

from services.analytics.domain.valuation import NothingInStock, StockValue
from services.analytics.usecases.products.finding import find_product
from services.analytics.usecases.reports.desk import Desk, Report, Snapshot

SELECT_VALUE = """
select sum(current_stock * unit_cost) as cost, sum(current_stock * final_price) as sale
from product_stocks where in_catalog and current_stock > 0
having count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class Valuation:
    """The value of the stock of a product, by the sku or name that was asked for; None: of all products."""

    found_as: str | None
    value: StockValue


async def value_stock(identifier: str | None, *, desk: Desk) -> Report[Valuation]:
    """The value of all stock, or of that of the product with this name or sku; blank ones mean all.

    Raises `NothingInStock`, also if there is no such product.
    """
    async with desk.snapshot() as snapshot:
        if identifier and identifier.strip():
            valuation = await _of_one(identifier, snapshot)
        else:
            valuation = await _of_all(snapshot)
    return Report(valuation, snapshot.as_of)


async def _of_all(snapshot: Snapshot) -> Valuation:
    value = await snapshot.sql.fetch_one(StockValue, SELECT_VALUE)
    if value is None:
        raise NothingInStock
    return Valuation(None, value)


async def _of_one(identifier: str, snapshot: Snapshot) -> Valuation:
    product = await find_product(identifier, sql=snapshot.sql)
    if product is None or product.current_stock <= 0:
        raise NothingInStock
    pieces = product.current_stock
    return Valuation(product.found_as, StockValue(pieces * product.unit_cost, pieces * product.final_price))
