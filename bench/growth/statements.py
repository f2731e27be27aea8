"""Statements that make a shop's past in the database of a service."""

from dataclasses import dataclass
from typing import LiteralString

from bench.growth.past import LINES

RETENTION_DAYS = 40
SHOPPERS = 10_000
ENTRIES = LINES + 2
"""The ids that an order has in the ledger of stock: for its lines, for what came back, and for its waste."""

SKU: LiteralString = "'SKU-F' || to_char(n, 'FM0000000')"
# Of one in ten it is not known.
COST: LiteralString = "case when n %% 10 > 0 then round((5 + n %% 95) * 0.6, 2) end"
NAME: LiteralString = """
    (array['Café', 'Piñata', 'Coca Cola', 'Jabón'])[1 + n %% 4] || ' '
    || (array['ñandú', 'maíz'])[1 + (n %% 200 = 7)::int] || ' ' || to_char(n, 'FM0000000')
"""
AFTER_THOSE: LiteralString = "from generate_series(1 + (select coalesce(max({0}), 0) from {1}), {2}) as n"

# Pruned tables have what was written in the time for which it is kept.
INBOX: LiteralString = f"""
insert into inbox (event_id, received_at)
select gen_random_uuid(), %(until)s::timestamptz - n * %(step)s::interval / 2
from generate_series(1, 2 * least(%(orders)s, %(orders)s * {RETENTION_DAYS} / %(days)s)) as n
"""


def counted_on(table: LiteralString) -> LiteralString:
    """Let the table's ids go on after the highest."""
    return f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) from {table}"


def marked(thing: LiteralString) -> LiteralString:
    """The marks that triggers make, which are off while tables are filled."""
    return f"""insert into {thing}_changes (id, changed_in) select id, pg_current_xact_id() from {thing}s
    on conflict do nothing"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Statements that insert the rows of a service: once before the orders, for each batch, once after."""

    before: tuple[LiteralString, ...] = ()
    batch: tuple[LiteralString, ...] = ()
    after: tuple[LiteralString, ...] = ()
    grows: tuple[LiteralString, ...] = ()
    """The tables that are never pruned and grow with the orders, the largest first."""
