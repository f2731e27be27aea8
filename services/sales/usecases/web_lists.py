"""The order and the filters that the web store's lists of orders, invoices and returns share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar

from psycopg import sql

from libs.common.db.listing import is_literally
from libs.common.db.pages import Listing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WebFilter:
    """Of one user, in one status that the list shows; None means no filter."""

    user_id: int | None = None
    status: str | None = None


def newest_first(row: type[T], *, rows: LiteralString, counted: LiteralString) -> Listing[T]:
    """A list of `rows`, the newest first; `counted` is the table that is counted."""
    return Listing(
        row=row,
        rows=rows,
        counted=counted,
        columns={"id": "id", "created_at": "created_at"},
        default=(("created_at", True), ("id", True)),
    )


def conditions_of(
    wanted: WebFilter, live: LiteralString, *, of_status: Mapping[str, LiteralString] | None = None
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions that the wanted rows meet, of which `live` is one, with their parameters.

    `of_status` has the condition for each status where it is more than the column's value. Statuses are
    literals, because there are few, and each leaves another number of rows.
    """
    conditions: list[sql.Composable] = [sql.SQL(live)]
    params: dict[str, Any] = {}
    if wanted.user_id is not None:
        conditions.append(sql.SQL("user_id = %(user_id)s"))
        params["user_id"] = wanted.user_id
    if wanted.status is not None:
        is_it = is_literally("status", wanted.status)
        conditions.append(sql.SQL(of_status[wanted.status]) if of_status else is_it)
    return conditions, params
