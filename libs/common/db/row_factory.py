"""Makes objects of the rows that a statement returns."""

import sys
from collections.abc import Sequence
from typing import Any, TypeVar

from psycopg import AsyncCursor
from psycopg.rows import AsyncRowFactory, RowMaker

T = TypeVar("T")


def rows_as(row: type[T]) -> AsyncRowFactory[T]:
    """Each row as an object of the class, whose parameters are the columns: psycopg's `class_row`, but fast.

    Python finds the parameter of a keyword by the identity of its name. A name that is not interned is
    compared with the text of one parameter after the other, which takes most of the time for 20 columns.
    """

    def of_result(cursor: AsyncCursor[Any]) -> RowMaker[T]:
        result = cursor.pgresult
        names = [result.fname(number) for number in range(result.nfields)] if result else []
        parameters = [sys.intern(name.decode()) for name in names if name]

        def made(values: Sequence[Any]) -> T:
            return row(**dict(zip(parameters, values, strict=True)))

        return made

    return of_result
