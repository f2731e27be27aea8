"""Continues a list after a row: the condition that the rows behind it in the list's order meet.

A page that begins after a row shows nothing twice and leaves nothing out while others insert and delete rows.
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


def after(keys: Sequence[SortKey], position: Position) -> tuple[sql.Composable, dict[str, str]]:
    """The condition, with its parameters, that a row stands after this position.

    Raises `InvalidCursor` if the position is one of another order.
    """
    if len(position) != len(keys) or any(
        value is None and not key.is_nullable for key, value in zip(keys, position, strict=True)
    ):
        raise InvalidCursor
    params = {f"after_{number}": value for number, value in enumerate(position) if value is not None}
    if len({key.descending for key in keys}) == 1 and not any(key.is_nullable for key in keys):
        return _as_rows(keys), params
    return _step_by_step(keys, position), params


def _as_rows(keys: Sequence[SortKey]) -> sql.Composed:
    """`(created_at, id) < (.., ..)`, for which PostgreSQL reads an index from there on."""
    return sql.SQL("({}) {} ({})").format(
        sql.SQL(", ").join(key.expression for key in keys),
        sql.SQL("<" if keys[0].descending else ">"),
        sql.SQL(", ").join(_value(key, number) for number, key in enumerate(keys)),
    )


def _step_by_step(keys: Sequence[SortKey], position: Position) -> sql.Composable:
    """The first column is behind, or equal and the second is behind, and so on."""
    ways: list[sql.Composable] = []
    equal: list[sql.Composable] = []
    for number, (key, value) in enumerate(zip(keys, position, strict=True)):
        column = key.expression
        if behind := _behind(key, value, number):
            ways.append(sql.SQL(" and ").join([*equal, behind]))
        equal.append(
            sql.SQL("{} is null").format(column)
            if value is None
            else sql.SQL("{} = {}").format(column, _value(key, number))
        )
    return sql.SQL("(({}))").format(sql.SQL(") or (").join(ways))


def _behind(key: SortKey, value: str | None, number: int) -> sql.Composable | None:
    column = key.expression
    if value is None:
        return sql.SQL("{} is not null").format(column) if key.descending else None
    if key.descending:
        return sql.SQL("{} < {}").format(column, _value(key, number))
    later = sql.SQL("{} > {}").format(column, _value(key, number))
    return sql.SQL("({} or {} is null)").format(later, column) if key.is_nullable else later


def _value(key: SortKey, number: int) -> sql.Composable:
    return key.of(sql.Placeholder(f"after_{number}"))


def _as_text(value: Any) -> str | None:
    """The value as PostgreSQL reads it from a text."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
