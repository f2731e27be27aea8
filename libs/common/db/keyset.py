"""Continues a list after a row: the conditions that the rows behind it in the list's order meet.

Each condition is a range of an index, so that a page far down the list costs what the first one costs. A
page that begins after a row shows nothing twice and leaves nothing out while others insert and delete rows.
PostgreSQL puts nulls last, and first in a descending order.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import sql

from libs.common.db.listing import InvalidCursor, Position, SortKey


def position_of(row: object, keys: Sequence[SortKey]) -> Position:
    """The row's values in the columns of the order, which are fields of the row."""
    return tuple(_as_text(getattr(row, key.column.rpartition(".")[2])) for key in keys)


def after(keys: Sequence[SortKey], position: Position) -> tuple[Sequence[sql.Composable], dict[str, str]]:
    """The rows that stand after this position, as ranges of an index: a condition for each, and parameters.

    No row is in two ranges. Raises `InvalidCursor` if the position is one of another order.
    """
    if len(position) != len(keys) or any(
        value is None and not key.is_nullable for key, value in zip(keys, position, strict=True)
    ):
        raise InvalidCursor
    params = {f"after_{number}": value for number, value in enumerate(position) if value is not None}
    if len({key.descending for key in keys}) == 1 and not any(key.is_nullable for key in keys):
        return [_as_rows(keys)], params
    return _step_by_step(keys, position), params


def _as_rows(keys: Sequence[SortKey]) -> sql.Composed:
    """`(created_at, id) < (.., ..)`, for which PostgreSQL reads an index from there on."""
    return sql.SQL("({}) {} ({})").format(
        sql.SQL(", ").join(key.expression for key in keys),
        sql.SQL("<" if keys[0].descending else ">"),
        sql.SQL(", ").join(_value(key, number) for number, key in enumerate(keys)),
    )


def _step_by_step(keys: Sequence[SortKey], position: Position) -> Sequence[sql.Composable]:
    """The first column is behind; or it is equal and the second is behind; and so on."""
    ranges: list[sql.Composable] = []
    equal: list[sql.Composable] = []
    for number, (key, value) in enumerate(zip(keys, position, strict=True)):
        column = key.expression
        ranges += [sql.SQL(" and ").join([*equal, behind]) for behind in _behind(key, value, number)]
        equal.append(
            sql.SQL("{} is null").format(column)
            if value is None
            else sql.SQL("{} = {}").format(column, _value(key, number))
        )
    return ranges


def _behind(key: SortKey, value: str | None, number: int) -> Sequence[sql.Composable]:
    column = key.expression
    if value is None:
        return [sql.SQL("{} is not null").format(column)] if key.descending else []
    if key.descending:
        return [sql.SQL("{} < {}").format(column, _value(key, number))]
    later = sql.SQL("{} > {}").format(column, _value(key, number))
    return [later, sql.SQL("{} is null").format(column)] if key.is_nullable else [later]


def _value(key: SortKey, number: int) -> sql.Composable:
    return key.of(sql.Placeholder(f"after_{number}"))


def _as_text(value: Any) -> str | None:
    """The value as PostgreSQL reads it from a text."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
