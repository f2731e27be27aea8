"""Turns a list's query into SQL, only with columns named in the code, never with names sent by a client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

LIMIT_MAX = 1000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The requested part of a list. `ordering` has (field, descending) pairs, of allowed fields only."""

    limit: int = LIMIT_MAX
    offset: int = 0
    search: str = ""
    ordering: tuple[tuple[str, bool], ...] = ()


def order_by(
    columns: Mapping[str, str], ordering: Sequence[tuple[str, bool]], *, default: Sequence[tuple[str, bool]]
) -> sql.Composed:
    """`order by` for (field, descending) pairs, then `default`, which keeps the order of equal rows stable.

    `columns` is the whitelist: field of the API → column, or `table.column`.
    """
    wanted = [(columns[field], descending) for field, descending in ordering]
    wanted += [pair for pair in default if pair[0] not in dict(wanted)]
    return sql.SQL("order by ") + sql.SQL(", ").join(
        _term(column, descending) for column, descending in wanted
    )


def like_pattern(text: str) -> str:
    """The `ilike` pattern for any text that contains this one, with `%`, `_` and `\\` escaped."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def search(columns: Sequence[str], text: str) -> tuple[sql.Composable, dict[str, str]]:
    """The condition with its parameters that each word of `text` is in one of the columns (as in DRF)."""
    words = text.replace(",", " ").split()
    if not words:
        return sql.SQL("true"), {}
    parameters = {f"search_{number}": like_pattern(word) for number, word in enumerate(words)}
    conditions = [
        sql.SQL("({})").format(
            sql.SQL(" or ").join(
                sql.SQL("{} ilike {}").format(_column(column), sql.Placeholder(name)) for column in columns
            )
        )
        for name in parameters
    ]
    return sql.SQL(" and ").join(conditions), parameters


def _term(column: str, descending: bool) -> sql.Composed:  # noqa: FBT001 - a pair's second half
    return _column(column) + sql.SQL(" desc" if descending else " asc")


def _column(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))
