"""Paging, searching and sorting of lists, the same in every list (contract §1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from libs.common.db.listing import EXACT_MAX, LIMIT_MAX, Counting, InvalidCursor, ListQuery
from libs.common.db.pages import Page
from libs.common.errors import DomainError, refuse_all
from libs.common.http.cursors import cursor_of, position_in
from libs.common.http.fields import BIGINT_MAX, Choice, Field, Integer, NotAccepted, Text
from libs.common.http.refusals import InvalidInput, Problem
from libs.common.http.replies import reply_tagged

MORE_THAN_MOST = f"More than {LIMIT_MAX} counts as {LIMIT_MAX}."
FOLLOW = "The place behind which the page begins, from the `Link` header of the page before: follow that."
HOW_COUNTED = (
    f"Without it, more than {EXACT_MAX} matches are estimated. `exact` counts all of them, which takes "
    "longer the more there are; `none` counts nothing and leaves `X-Total-Count` out."
)
SEARCH_LENGTH_MAX = 255

POSITION = frozenset({"limit", "offset", "cursor"})


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A query parameter: how it is read, and as the API document shows it."""

    field: Field
    parameter: Mapping[str, Any]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


LIMIT = QueryParameter(
    Integer(ge=1, le=10**1000),
    _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "default": LIMIT_MAX},
        f"The most entries of this page. {MORE_THAN_MOST}",
    ),
)
_OFFSET = Integer(ge=0, le=BIGINT_MAX)
_SEARCH = Text(max_length=SEARCH_LENGTH_MAX, blank=True)
_COUNT = Choice("exact", "none")


def list_query(
    *, ordering: Sequence[str] = (), search: bool = False
) -> Callable[[Request], Awaitable[ListQuery]]:
    """The dependency that reads a list's query parameters.

    `limit` is a whole number from 1, capped at 1000; `offset` one from 0. Fields of `ordering`
    that are not allowed are ignored, as in DRF. Raises `InvalidInput` with every invalid parameter.
    """
    sortable = frozenset(ordering)

    async def read(request: Request) -> ListQuery:
        if not request.scope["query_string"]:
            return ListQuery()
        given = request.query_params
        problems: list[Problem] = []
        limit = parsed(LIMIT.field.parse, "limit", given.get("limit", LIMIT_MAX), problems)
        offset = parsed(_OFFSET.parse, "offset", given.get("offset", 0), problems)
        text = parsed(_SEARCH.parse, "search", given.get("search", ""), problems) if search else ""
        count: Counting = "usual"
        if "count" in given:
            count = parsed(_COUNT.parse, "count", given["count"], problems)
        ordering = _ordering(given.get("ordering", ""), sortable)
        refusals: list[DomainError] = [InvalidInput(problems)] if problems else []
        after = None
        if "cursor" in given:
            try:
                after = position_in(given["cursor"], place=_place(request, ordering))
            except InvalidCursor as refusal:
                refusals.append(refusal)
        refuse_all(refusals)
        return ListQuery(min(limit, LIMIT_MAX), offset, text, ordering, after, count)

    read.parameters = _parameters(ordering, search=search)  # type: ignore[attr-defined]  # read by openapi.py
    return read


def reply_list(
    request: Request,
    content: Any,
    page: Page[Any],
    query: ListQuery,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The content of a page, bare or in STORE's envelope, with `X-Total-Count` unless it was not counted,
    an `ETag`, and the list's own `headers`; 304 if the caller has the same page.

    `X-Total-Count-Exact: false` marks an estimate. If more is left, `Link: rel="next"` leads on behind the
    last row.
    """
    sent = dict(headers or {})
    if page.total.rows is not None:
        sent["X-Total-Count"] = str(page.total.rows)
    if not page.total.is_exact:
        sent["X-Total-Count-Exact"] = "false"
    if page.last is not None:
        cursor = cursor_of(page.last, place=_place(request, query.ordering))
        sent["Link"] = f'<{_next_page(request, query, cursor)}>; rel="next"'
    return reply_tagged(request, content, sent)


def parsed(parse: Callable[[Any], Any], name: str, value: object, problems: list[Problem]) -> Any:
    """The meaning of the parameter's value; a value that is not accepted is added to the problems."""
    try:
        return parse(value)
    except NotAccepted as error:
        problems.extend(((name,), message) for message in error.messages)


def _ordering(text: str, sortable: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    wanted: dict[str, bool] = {}
    for term in text.split(","):
        name = term.strip().removeprefix("-")
        if name in sortable:
            wanted.setdefault(name, term.strip().startswith("-"))
    return tuple(wanted.items())


def _place(request: Request, ordering: Sequence[tuple[str, bool]]) -> str:
    """The list and its order, to which a cursor is bound."""
    return " ".join([request.scope["path"], *(f"{'-' if down else ''}{field}" for field, down in ordering)])


def _next_page(request: Request, query: ListQuery, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in POSITION]
    # Only the query: whatever the client's base URL is, it resolves this against the URL that it used.
    return f"?{urlencode([*kept, ('limit', query.limit), ('cursor', cursor)])}"


def _parameters(ordering: Sequence[str], *, search: bool) -> list[dict[str, Any]]:
    """The list's parameters in the API document."""
    parameters = [
        dict(LIMIT.parameter),
        _parameter(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "How many entries to skip first."
        ),
        _parameter("cursor", {"type": "string"}, FOLLOW),
        _parameter("count", _COUNT.json_schema(), HOW_COUNTED),
    ]
    if search:
        parameters.append(
            _parameter(
                "search",
                {"type": "string", "maxLength": SEARCH_LENGTH_MAX},
                "Only entries with each of these words, in any order and without regard to case and accents; "
                "the operation's description says where they are looked for.",
            )
        )
    if ordering:
        choices = [sign + name for name in ordering for sign in ("", "-")]
        parameters.append(
            _parameter(
                "ordering",
                {"type": "string", "enum": choices},
                "The member to sort by; `-` sorts downwards. Several, separated by commas, count in turn. "
                "Texts stand as in a Spanish dictionary.",
            )
        )
    return parameters
