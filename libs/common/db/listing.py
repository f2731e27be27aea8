"""Turns a list's query into SQL, only with columns named in the code, never with names sent by a client."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, LiteralString
from unicodedata import normalize

from psycopg import sql

from libs.common.db.search_terms import terms_of, triples_of
from libs.common.errors import DomainError

LIMIT_MAX = 1000
LAST_CHARACTER = chr(0x10FFFF)
EXACT_MAX = 10_000
ORDERS_KEPT = 256  # the texts of orders: to compose one takes longer than all the rest of a statement

Counting = Literal["usual", "exact", "none"]
"""How the rows of a list are counted: exactly up to `EXACT_MAX`, all of them exactly, or not at all."""

Position = tuple[str | None, ...]
"""The place of a row in a list: its values, as text, in the columns of the list's order."""


class InvalidCursor(DomainError):
    """The `cursor` was changed, or comes from another list or another `ordering`."""

    code = "invalid_cursor"
    remedy = "Start again without `cursor`, and follow the `Link` header as it is."


class InvalidAfter(DomainError):
    """The `after` of a change feed was changed, comes from another feed, or from before a restore."""

    code = "invalid_after"
    remedy = "Start again without `after`: read everything once, and go on from its last `next`."


@dataclass(frozen=True, slots=True)
class ChangesQuery:
    """The requested part of a change feed; without `after` everything is read."""

    limit: int = LIMIT_MAX
    after: Position | None = None


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
    count: Counting = "usual"


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column of a list's order, or `table.column`; a text stands as in a Spanish dictionary."""

    column: str
    descending: bool
    is_nullable: bool = False
    is_text: bool = False

    def of(self, value: sql.Composable) -> sql.Composable:
        """The expression of this column's value that is compared."""
        return sql.SQL("dictionary_key({})").format(value) if self.is_text else value

    @property
    def of_row(self) -> "SortKey":
        """The same column in a selected row, which has no table."""
        return replace(self, column=self.column.rpartition(".")[2])

    @property
    def expression(self) -> sql.Composable:
        """The expression by which the list is sorted."""
        return self.of(column_of(self.column))


def sort_keys(
    columns: Mapping[str, str],
    ordering: Sequence[tuple[str, bool]],
    *,
    default: Sequence[tuple[str, bool]],
    nullable: Collection[str] = (),
    texts: Collection[str] = (),
) -> tuple[SortKey, ...]:
    """The order for (field, descending) pairs; without any, `default`, whose last field is unique.

    `columns` is the whitelist: field of the API → column, or `table.column`. The unique field follows, in the
    direction of the field before it, so that pages are stable and one index serves both directions.
    Asked-for fields of `texts` are sorted as in a Spanish dictionary; the unique field follows as it is.
    """
    unique = default[-1][0]
    fields = [*ordering, (unique, ordering[-1][1])] if ordering else default
    asked_for = len(ordering)
    keys: dict[tuple[str, bool], SortKey] = {}
    for number, (field, descending) in enumerate(fields):
        is_text = number < asked_for and field in texts
        key = SortKey(columns[field], descending, field in nullable, is_text)
        keys.setdefault((key.column, is_text), key)
    return tuple(keys.values())


@lru_cache(maxsize=ORDERS_KEPT)
def order_by(keys: tuple[SortKey, ...]) -> str:
    """`order by` these columns."""
    composed = sql.SQL(", ").join(
        key.expression + sql.SQL(" desc" if key.descending else " asc") for key in keys
    )
    return f"order by {composed.as_string()}"


def filters(
    conditions: Mapping[str, LiteralString], wanted: Mapping[str, Any]
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions for the wanted values, and these as parameters, both by name. None is no filter."""
    params = {name: value for name, value in wanted.items() if value is not None}
    return [sql.SQL(conditions[name]) for name in params], params


def is_literally(column: LiteralString, value: str) -> sql.Composable:
    """The condition that the column has this value. A literal lets PostgreSQL use a partial index as well."""
    return sql.SQL("{} = {}").format(sql.SQL(column), sql.Literal(value))


def search(column: str, text: str, *, phones: bool = False) -> tuple[sql.Composable, dict[str, str]]:
    """The condition with its parameters that the folded texts in `column` contain each term of `text`."""
    parameters: dict[str, str] = {}
    conditions = [
        sql.SQL("({})").format(sql.SQL(" or ").join(_contains(column, each, parameters) for each in term))
        for term in terms_of(text, phones=phones)
    ]
    return sql.SQL(" and ").join(conditions) if conditions else sql.SQL("true"), parameters


def search_beginning(column: str, text: str) -> tuple[sql.Composable, dict[str, str]]:
    """The condition with its parameters that each word of `text` begins the upper-case text in `column`.

    The column's collation is bytewise, so that an index finds the beginning in prepared statements too.
    """
    parameters: dict[str, str] = {}
    conditions: list[sql.Composable] = []
    for number, word in enumerate(normalize("NFKC", text).upper().split()):
        first, end = f"search_{number}", f"search_{number}_end"
        parameters |= {first: word, end: word + LAST_CHARACTER}
        names = {"column": column_of(column), "first": sql.Placeholder(first), "end": sql.Placeholder(end)}
        conditions.append(sql.SQL("{column} >= {first} and {column} < {end}").format(**names))
    return sql.SQL(" and ").join(conditions) if conditions else sql.SQL("true"), parameters


def _contains(column: str, spelling: str, parameters: dict[str, str]) -> sql.Composable:
    """The condition that the texts contain the spelling, whose parameters are added.

    For one condition PostgreSQL seeks each row that has the rarest three characters in the lists of all the
    others, of those too that nearly every row has. A row that the condition before refuses is not sought.
    """
    conditions: list[sql.Composable] = []
    for part in (*triples_of(spelling), spelling):
        name = f"search_{len(parameters)}"
        parameters[name] = part
        names = {"column": column_of(column), "part": sql.Placeholder(name)}
        conditions.append(sql.SQL("{column} like search_pattern({part})").format(**names))
    return sql.SQL(" and ").join(conditions)


def column_of(name: str) -> sql.Identifier:
    """The column, or `table.column`, as a part of a statement."""
    return sql.Identifier(*name.split("."))
