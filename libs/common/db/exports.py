"""Generates the SQL of exports: one statement reads a page and writes its JSON.

    EXPORT = export_page(f'''
    select id as place, {payload(CustomerChanged, customer_id="id", …)} as item
    from customers where id > %(after)s order by id limit %(limit)s
    ''')

A process that also serves shoppers passes the text on, and spends no time on parsing and writing it.
"""

from dataclasses import dataclass
from typing import LiteralString

from libs.common.db.database import Database


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """A page to read: at most `limit` items, after a place."""

    after: int
    limit: int


def export_page(rows: LiteralString) -> LiteralString:
    """The statement whose only value is the page (`ExportPage`) as JSON text.

    `rows` selects `place` and `item`, in the order of the places, `after` one and at most `limit` of them.
    """
    return f"""
with page as ({rows})
select json_build_object(
    'items', coalesce(json_agg(item order by place), '[]'), 'next', max(place)
)::text from page
"""


async def read_export(statement: LiteralString, query: ExportQuery, *, database: Database) -> str:
    """The page as JSON text, by a statement of `export_page`.

    It is planned for this limit: for any limit PostgreSQL would expect a tenth of all rows.
    """
    params = {"after": query.after, "limit": query.limit}
    page: str = await database.read(lambda sql: sql.fetch_value(statement, params, prepare=False))
    return page
