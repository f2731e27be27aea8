"""Reads which ticket numbers of each register have arrived, and which are missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page

GAPS: LiteralString = """(
    select coalesce(json_agg(json_build_array(lower(gap), upper(gap) - 1) order by lower(gap)), '[]')
    from unnest(int8multirange(int8range(1, last_seq, '[]')) - numbers) gap
)"""

SELECT_NUMBERS: LiteralString = f"""
select register_id, last_seq, {GAPS} as gaps, last_seen, unsent from register_numbers
"""


@dataclass(frozen=True, slots=True)
class RegisterNumbers:
    """The numbers of a register's tickets. `gaps` are pairs: the first and the last that is missing."""

    register_id: int
    last_seq: int
    gaps: list[list[Any]]
    last_seen: datetime
    unsent: int | None


NUMBERS_LIST = Listing(
    row=RegisterNumbers,
    rows=SELECT_NUMBERS,
    counted="register_numbers",
    columns={"register_id": "register_id"},
    default=(("register_id", False),),
)


async def list_numbers(query: ListQuery, *, database: Database) -> Page[RegisterNumbers]:
    """The registers that have sent sales, by id."""
    return await NUMBERS_LIST.read(query, [], {}, database=database)
