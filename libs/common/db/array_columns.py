"""Passes the rows of a batch to a statement as one array for each column, for `unnest`.

For large batches: PostgreSQL builds a hash table for each row of `json_to_recordset` (`json_rows.py`). In
analytics the statement that records 20 orders of three lines takes 436,000 instructions an order, with JSON
499,000 (PostgreSQL 18 under valgrind); Python's share is the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

_QUOTED = frozenset({"text", "jsonb"})
# Parameters are numbered: psycopg keeps no statement prepared that has more than 4,096 characters.
_DIGITS: LiteralString = "0123456789abcdef"


def unnested(name: LiteralString, columns: Mapping[LiteralString, LiteralString]) -> LiteralString:
    """The rows of `array_columns(name, …)` as an item of `from`; at most sixteen `columns`: name → type."""
    arrays: LiteralString = ", ".join(
        f"%({name}{number})s::{kind}[]" for number, kind in zip(_DIGITS, columns.values(), strict=False)
    )
    return f"unnest({arrays}) as {name}({', '.join(columns)})"


def array_columns(
    name: str, columns: Mapping[LiteralString, LiteralString], rows: Sequence[Sequence[object]]
) -> Mapping[str, str]:
    """The parameters of `unnested`. Each row has its values in the order of the columns."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = zip(_DIGITS, columns.values(), values, strict=False)
    return {
        f"{name}{number}": f"{{{_texts(each) if kind in _QUOTED else _plain(each)}}}"
        for number, kind, each in arrays
    }


def _plain(values: Iterable[object]) -> str:
    """Numbers, days and moments, whose text needs no quotes."""
    return ",".join(map(str, values)).replace("None", "null")


def _texts(values: Iterable[str | None]) -> str:
    return ",".join(["null" if value is None else f'"{_escaped(value)}"' for value in values])


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
