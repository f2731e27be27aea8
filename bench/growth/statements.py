"""Statements that make a shop's past in the database of a service."""

from dataclasses import dataclass
from typing import LiteralString


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
