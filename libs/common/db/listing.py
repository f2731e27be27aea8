"""Turns a list's query into SQL, only with columns named in the code, never with names sent by a client."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from libs.common.errors import DomainError

LIMIT_MAX = 1000

Position = tuple[str | None, ...]
"""The place of a row in a list: its values, as text, in the columns of the list's order."""


class InvalidCursor(DomainError):
    """The `cursor` was changed, or comes from another list or another `ordering`."""

    code = "invalid_cursor"
    remedy = "Start again without `cursor`, and follow the `Link` header as it is."


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The requested part of a list. `ordering` has (field, descending) pairs, of allowed fields only.

    With `after` the part begins behind that row, and `offset` counts from there.
    """

    limit: int = LIMIT_MAX
    offset: int = 0
    search: str = ""
    ordering: tuple[tuple[str, bool], ...] = ()
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column of a list's order, or `table.column`."""

    column: str
    descending: bool
    is_nullable: bool = False


def sort_keys(
    columns: Mapping[str, str],
    ordering: Sequence[tuple[str, bool]],
    *,
    default: Sequence[tuple[str, bool]],
    nullable: Collection[str] = (),
) -> tuple[SortKey, ...]:
    """The order for (field, descending) pairs; without any, `default`, whose last field is unique.

    `columns` is the whitelist: field of the API → column, or `table.column`. The unique field follows, in the
    direction of the field before it, so that pages are stable and one index serves both directions.
    """
    unique = default[-1][0]
    fields = [*ordering, (unique, ordering[-1][1])] if ordering else default
    keys: dict[str, SortKey] = {}
    for field, descending in fields:
        keys.setdefault(columns[field], SortKey(columns[field], descending, field in nullable))
    return tuple(keys.values())


def order_by(keys: Sequence[SortKey]) -> sql.Composed:
    """`order by` these columns."""
    return sql.SQL("order by ") + sql.SQL(", ").join(
        column_of(key.column) + sql.SQL(" desc" if key.descending else " asc") for key in keys
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
                sql.SQL("{} ilike {}").format(column_of(column), sql.Placeholder(name)) for column in columns
            )
        )
        for name in parameters
    ]
    return sql.SQL(" and ").join(conditions), parameters


def column_of(name: str) -> sql.Identifier:
    """The column, or `table.column`, as a part of a statement."""
    return sql.Identifier(*name.split("."))
