"""Finds a product by what people call it: its sku or its name (contract §6)."""

from dataclasses import dataclass
from decimal import Decimal

from libs.common.db.database import Sql

# The sku before the name, as it is written before other capitals, the oldest product first. The collation is
# that of the indexes.
SELECT_PRODUCT = """
select product_id, name, sku, current_stock, unit_cost, product_stocks.final_price,
    case when lower(sku collate pg_c_utf8) = lower(%(identifier)s collate pg_c_utf8) then sku else name end
        as found_as
from products join product_stocks using (product_id)
where in_catalog and (
    lower(sku collate pg_c_utf8) = lower(%(identifier)s collate pg_c_utf8)
    or lower(name collate pg_c_utf8) = lower(%(identifier)s collate pg_c_utf8)
)
order by lower(sku collate pg_c_utf8) <> lower(%(identifier)s collate pg_c_utf8),
    %(identifier)s not in (sku, name), product_id
limit 1
"""


@dataclass(frozen=True, slots=True)
class StockedProduct:
    """A product of the catalogue with its stock, the cost of one piece and its price today, with tax.

    `found_as` is its sku or its name, whichever it was asked for by.
    """

    product_id: int
    name: str
    sku: str
    current_stock: int
    unit_cost: Decimal
    final_price: Decimal
    found_as: str


async def find_product(identifier: str, *, sql: Sql) -> StockedProduct | None:
    """The product that catalog has described, and not deleted, with exactly this sku, or else this name.

    Capitals and surrounding blanks do not matter. Of several products it is the one with the lowest id.
    """
    if "\0" in identifier:  # PostgreSQL has no such text
        return None
    return await sql.fetch_one(StockedProduct, SELECT_PRODUCT, {"identifier": identifier.strip()})
