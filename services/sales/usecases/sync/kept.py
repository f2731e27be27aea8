"""A sale that a till has sent, as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from libs.common.db.database import Database, Sql

SELECT_SALES: LiteralString = """
select id, key, client_id, register_id, seq, status, result, order_id, flags, content_hash, sale, errors,
    received_at, received_from, mendings, dismissed_by
from synced_sales
"""
SELECT_KEPT_ONE: LiteralString = f"{SELECT_SALES} where id = %(id)s"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sale as it is kept. `errors` are those of one that is held; `mendings` tells its texts apart.

    `received_from` is the user who sent it first, `dismissed_by` the one who has given it up.
    """

    id: int
    key: UUID
    client_id: UUID | None
    register_id: int
    seq: int | None
    status: str
    result: str | None
    order_id: int | None
    flags: list[str]
    content_hash: str
    sale: Any
    errors: Mapping[str, Any] | None
    received_at: datetime
    received_from: int
    mendings: int
    dismissed_by: int | None


async def find_kept(sale_id: int, sql: Database | Sql) -> Kept:
    """The sale as it is kept now; none is ever deleted."""
    return await sql.fetch_only(Kept, SELECT_KEPT_ONE, {"id": sale_id})
