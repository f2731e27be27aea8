"""Reads which ticket numbers of each register have arrived, and which are missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page

GAPS: LiteralString = """(
    select coalesce(json_agg(json_build_array(lower(gap), upper(gap) - 1) order by lower(gap)), '[]')
    from unnest(int8multirange(int8range(1, last_seq + 1)) - numbers) gap
)"""

SELECT_NUMBERS: LiteralString = f"""
select id, coalesce(last_seq, 0) as last_seq, {GAPS} as gaps, last_seen, unsent
from registers left join register_numbers on register_id = id
"""


@dataclass(frozen=True, slots=True)
class RegisterNumbers:
    """The numbers of the tickets of register `id`. `gaps` are pairs: the first and the last that is missing.

    `last_seen` is None if it has sent nothing yet.
    """

    id: int
    last_seq: int
    gaps: list[list[Any]]
    last_seen: datetime | None
    unsent: int | None


NUMBERS_LIST = Listing(
    row=RegisterNumbers,
    rows=SELECT_NUMBERS,
    counted="registers",
    columns={"id": "id"},
)


async def list_numbers(query: ListQuery, *, database: Database) -> Page[RegisterNumbers]:
    """All registers, by id."""
    return await NUMBERS_LIST.read(query, [], {}, database=database)
