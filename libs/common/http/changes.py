"""The query and the answer of a change feed, the same for every feed (contract §3)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from libs.common.db.changes import Changes
from libs.common.db.listing import LIMIT_MAX, ChangesQuery, InvalidAfter, InvalidCursor
from libs.common.errors import DomainError, refuse_all
from libs.common.http.cursors import cursor_of, position_in
from libs.common.http.lists import LIMIT, parsed
from libs.common.http.refusals import InvalidInput, Problem
from libs.common.http.replies import reply_tagged

AFTER = (
    "`next` of the page before, from which the reader goes on; without it, or blank, everything is listed. "
    "Keep the last one, and ask again with it later."
)


async def changes_query(request: Request) -> ChangesQuery:
    """The dependency that reads a feed's query. Raises `InvalidInput`, `InvalidAfter` or both."""
    given = request.query_params
    problems: list[Problem] = []
    limit = parsed(LIMIT.field.parse, "limit", given.get("limit", LIMIT_MAX), problems)
    refusals: list[DomainError] = [InvalidInput(problems)] if problems else []
    after = None
    if sent := given.get("after"):
        try:
            after = position_in(sent, place=_place(request))
        except InvalidCursor:
            refusals.append(InvalidAfter())
    refuse_all(refusals)
    return ChangesQuery(min(limit, LIMIT_MAX), after)


changes_query.parameters = [  # type: ignore[attr-defined]  # read by openapi.py
    LIMIT.parameter,
    {"name": "after", "in": "query", "required": False, "description": AFTER, "schema": {"type": "string"}},
]
changes_query.is_feed = True  # type: ignore[attr-defined]  # read by route_facts.py


def reply_changes(request: Request, items: list[Any], changes: Changes[Any]) -> Response:
    """A page of a feed, or 304; `items` are rendered as in the list."""
    content: Mapping[str, Any] = {
        "items": items,
        "deleted": changes.deleted,
        "next": cursor_of(changes.next, place=_place(request)),
        "more": changes.more,
    }
    return reply_tagged(request, content)


def _place(request: Request) -> str:
    """The feed, to which a position is bound."""
    return request.url.path.rstrip("/")
