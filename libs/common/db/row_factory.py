"""Makes objects of the rows that a statement returns."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, make_dataclass
from functools import cache
from typing import Any, TypeVar

from psycopg import AsyncCursor
from psycopg.rows import AsyncRowFactory, RowMaker

T = TypeVar("T")


def rows_as(row: type[T]) -> AsyncRowFactory[T]:
    """Each row as an object of the class, whose parameters are the columns: a fast `class_row`."""
    return _rows_as(row)  # type: ignore[arg-type]  # mypy: a class may not be hashable


def pairs_as(row: type[T]) -> AsyncRowFactory[tuple[T, Any]]:
    """Each row as an object of all columns but the last, and the value of that."""
    return _pairs_as(row)  # type: ignore[arg-type]  # as above


@cache
def _rows_as(row: type[Any]) -> AsyncRowFactory[Any]:
    return lambda cursor: _maker_of(row, _columns(cursor))


@cache
def _pairs_as(row: type[Any]) -> AsyncRowFactory[tuple[Any, Any]]:
    def of_result(cursor: AsyncCursor[Any]) -> RowMaker[tuple[Any, Any]]:
        made = _maker_of(row, _columns(cursor)[:-1])
        return lambda values: (made(values[:-1]), values[-1])

    return of_result


def _columns(cursor: AsyncCursor[Any]) -> tuple[bytes, ...]:
    result = cursor.pgresult
    return tuple(filter(None, map(result.fname, range(result.nfields)))) if result else ()


def _maker_of(row: type[Any], columns: tuple[bytes, ...]) -> RowMaker[Any]:
    return _maker(row, columns)  # type: ignore[arg-type]  # as above


@cache
def _maker(row: type[Any], encoded: tuple[bytes, ...]) -> RowMaker[Any]:
    """Makes an object of the values of these columns.

    A frozen dataclass sets each field by a call of `object.__setattr__`. To fill an object of a class with
    the same slots that is not frozen, and to change its class then, takes an eighth of the time.
    """
    columns = tuple(name.decode() for name in encoded)
    twin = _mutable_twin(row, columns)
    if twin is None:
        return lambda values: row(**dict(zip(columns, values, strict=True)))

    def made(values: Sequence[Any]) -> Any:
        thing = twin(*values)
        thing.__class__ = row
        return thing

    return made


def _mutable_twin(row: type[Any], columns: tuple[str, ...]) -> Callable[..., Any] | None:
    """A class whose objects can become those of `row`.

    None if `row` has other fields than the columns, inherits slots, or does something else when it is made.
    """
    if not is_dataclass(row) or hasattr(row, "__post_init__"):
        return None
    if sorted(field.name for field in fields(row)) != sorted(columns):
        return None
    twin = make_dataclass(row.__name__, columns, slots=True)
    try:
        twin(*columns).__class__ = row
    except TypeError:
        return None
    return twin
