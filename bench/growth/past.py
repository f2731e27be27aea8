"""A shop's past: how much there is of everything, and what each of its orders was.

Every service's database is filled by itself. What they must agree about is computed from the number of the
order alone, in two temporary tables that each of them makes for a batch of orders: `sold` has the orders,
`sold_lines` their lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString

LINES = 3
BATCH = 20_000
DAYS = 1_096
FEW_PRODUCTS, FEW_CUSTOMERS = 2_000, 1_000
PUBLIC = 1
"""The customer for whom tills sell to nobody in particular: three orders of ten are theirs."""


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is of everything, and when the last order was paid.

    Products and customers that a shop has already are counted among these.
    """

    orders: int
    products: int
    customers: int
    until: datetime
    days: int = DAYS

    @property
    def params(self) -> Mapping[str, object]:
        """The parameters of the statements."""
        return {
            "orders": self.orders,
            "products": self.products,
            "customers": self.customers,
            "until": self.until,
            "step": timedelta(days=self.days) / self.orders,
            "days": self.days,
            "timezone": "America/Mexico_City",
        }

    def batches(self) -> Iterator[tuple[int, int]]:
        """The first and the last order of each batch."""
        for first in range(1, self.orders + 1, BATCH):
            yield first, min(first + BATCH - 1, self.orders)


def small(until: datetime) -> Past:
    """A new shop."""
    return Past(1_000, FEW_PRODUCTS, FEW_CUSTOMERS, until)


def large(orders: int, until: datetime) -> Past:
    """A shop with a product for five orders, and a customer for two."""
    return Past(orders, max(orders // 5, FEW_PRODUCTS), max(orders // 2, FEW_CUSTOMERS), until)


def an_hour_ago() -> datetime:
    """When the last order was paid, in whole seconds as events have them."""
    return (datetime.now(UTC) - timedelta(hours=1)).replace(microsecond=0)


# Three products for an order, those with low ids most often: half of all lines are of a quarter of them.
SOLD_LINES: LiteralString = """
create temporary table sold_lines as
select *, quantity * unit_price as amount, round(quantity * unit_price * 0.16, 2) as tax_amount
from (
    select *, 'Product ' || product_id as product_name, (5 + product_id %% 95)::numeric(14, 2) as unit_price
    from (
        select n as order_id, line, 1 + (n + line) %% 2 as quantity,
            (3 * floor((hashint8extended(n, line) & 1048575) ^ 2 / 1048576 ^ 2 * %(products)s / 3))::int
                + line + 1 as product_id
        from generate_series(%(first)s::bigint, %(last)s::bigint) as n, generate_series(0, 2) as line
    ) as chosen
) as priced
"""

# Of ten orders two are of the web shop, three of the public and three of a customer, the first of a hundred
# of whom pays by credit. One in a hundred was cancelled, at a till.
SOLD: LiteralString = """
create temporary table sold as
select n as id, md5('order ' || n)::uuid as uuid, md5('charge ' || n)::uuid as charge_id,
    upper(lpad(to_hex(n * 2654435761 %% 4294967296), 8, '0')) as folio,
    channel, n %% 100 = 5 as is_cancelled, n %% 100 = 3 as is_on_credit,
    case channel when 'WEB' then 1000 + n %% 5000 else 2 + n %% 8 end as user_id,
    case when n %% 10 < 3 then 1 when n %% 10 in (3, 5, 6)
        then 2 + (hashint8extended(n, 9) & 1048575) %% (%(customers)s - 1) end as customer_id,
    case channel when 'WEB' then 'WEB' else case when n %% 100 = 3 then 'CREDIT' when n %% 2 = 0 then 'CASH'
        else 'CARD' end end as payment_method,
    date_trunc('second', %(until)s::timestamptz - (%(orders)s - n) * %(step)s::interval) as at,
    subtotal, total_tax, subtotal + total_tax as final_amount, units
from (
    select order_id as n, sum(amount) as subtotal, sum(tax_amount) as total_tax, sum(quantity) as units
    from sold_lines group by order_id
) as added_up, lateral (select case when n %% 5 = 4 then 'WEB' else 'POS' end as channel) as placed
"""

FORGET: LiteralString = "drop table if exists pg_temp.sold, pg_temp.sold_lines"
