"""SQL of lists: ordering from named columns only, search that takes the text as it is."""

from collections.abc import Sequence
from itertools import chain

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from libs.common.db.database import Database
from libs.common.db.listing import order_by, search, sort_keys
from libs.common.db.search_terms import terms_of, triples_of
from libs.testing.properties import given, settings, st

COLUMNS = {"id": "p.id", "name": "p.name", "size": "p.size"}
PRODUCTS = """
select id from (
    select id, name, folded(name || ' ' || sku) as search_text, size from (values
        (1, 'Agua 1l', 'A-100%%', 10), (2, 'Café_molido', 'C\\2', 30), (3, 'agua mineral', 'A-1000', 30)
    ) as listed (id, name, sku, size)
) as p
where {matching} {order}
"""

INDEXED = """
create temporary table listed (written text, search_text text generated always as (folded(written)) stored);
create index on listed using gin (search_text gin_trgm_ops);
set enable_seqscan = off
"""
EACH_TERM_AS_A_WHOLE = """
select written from listed where not exists (
    select from jsonb_array_elements(%(terms)s) as term where not exists (
        select from jsonb_array_elements_text(term) as each where search_text like search_pattern(each)
    )
) order by written
"""
# Few digits, so that much is found; what `like` takes for a pattern; what folding makes something else.
DIGITS = ("1", "12", "112", "2121", "11211")
OTHERS = (" ", "aB", "-", "%", "_", "\\", "+", "@", "é", "n\u0303", "\u0301", "ß", "ﬁ", "１")
WRITTEN = st.lists(st.sampled_from(DIGITS) | st.sampled_from(OTHERS), max_size=8).map("".join)


@st.composite
def rows_and_a_search(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some texts, and a search: for a part of one of them, for that with other digits, or for anything."""
    rows = draw(st.lists(WRITTEN, min_size=1, max_size=8))
    row = draw(st.sampled_from(rows))
    part = row[draw(st.integers(0, 3)) : draw(st.integers(5, 20))]
    return rows, draw(st.sampled_from([part, part.upper(), part.replace("12", "21")]) | WRITTEN)


async def found(database: Database, text: str) -> list[int]:
    matching, parameters = search("p.search_text", text)
    query = PRODUCTS.format(
        matching=matching.as_string(), order=order_by(sort_keys(COLUMNS, [], default=[("id", False)]))
    )
    async with database.connection() as connection:
        return await connection.fetch_values(query.encode(), parameters)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3]),
        ("AGUA", [1, 3]),
        ("agua mineral", [3]),
        ("mineral,agua", [3]),
        ("agua a-1", [1, 3]),
        ("100%", [1]),
        ("é_m", [2]),
        ("CAFE", [2]),
        ("ｃａｆé", [2]),
        ("cafe\u0301", [2]),
        ("agua molido", []),
        ("_", [2]),
        ("\\", [2]),
        ("'; drop table inbox; --", []),
        ("%(name)s", []),
    ],
)
async def test_a_search_finds_every_word_in_any_order(database: Database, text: str, ids: list[int]) -> None:
    assert await found(database, text) == ids


@pytest.mark.parametrize(
    ("ordering", "ids"),
    [
        ([], [3, 2, 1]),
        ([("id", False)], [1, 2, 3]),
        ([("size", False)], [1, 2, 3]),
        ([("size", True)], [3, 2, 1]),
        ([("name", False)], [1, 3, 2]),
    ],
)
async def test_a_list_is_ordered_as_asked_and_then_by_its_unique_field(
    database: Database, ordering: list[tuple[str, bool]], ids: list[int]
) -> None:
    keys = sort_keys(COLUMNS, ordering, default=[("id", True)], texts=["name"])
    query = PRODUCTS.format(matching="true", order=order_by(keys))
    async with database.connection() as connection:
        assert await connection.fetch_values(query.encode()) == ids


def test_equal_rows_keep_a_stable_order() -> None:
    order = order_by(sort_keys(COLUMNS, [("name", True)], default=[("size", False), ("id", True)]))
    assert order == 'order by "p"."name" desc, "p"."id" desc'


def test_a_text_that_is_unique_as_written_is_not_yet_a_stable_order() -> None:
    keys = sort_keys({"number": "number"}, [("number", False)], default=[("number", True)], texts=["number"])
    order = order_by(keys)
    assert order == 'order by dictionary_key("number") asc, "number" asc'


def test_a_field_that_is_not_named_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        sort_keys(COLUMNS, [("password", True)], default=[("id", False)])


@pytest.mark.parametrize("phones", [False, True])
def test_a_search_by_threes_finds_what_each_term_as_a_whole_finds(
    common_database_url: str, *, phones: bool
) -> None:
    found_by_threes = 0
    with psycopg.connect(common_database_url, autocommit=True, row_factory=scalar_row) as database:
        database.execute(INDEXED)

        @settings(max_examples=200)
        @given(rows_and_a_search())
        def finds_the_same(wanted: tuple[Sequence[str], str]) -> None:
            nonlocal found_by_threes
            rows, text = wanted
            database.execute("truncate listed")
            database.execute("insert into listed select unnest(%s::text[])", [rows])
            terms = terms_of(text, phones=phones)
            whole = database.execute(EACH_TERM_AS_A_WHOLE, {"terms": Jsonb(terms)}).fetchall()
            matching, parameters = search("search_text", text, phones=phones)
            query = sql.SQL("select written from listed where {} order by written").format(matching)
            assert database.execute(query, parameters).fetchall() == whole
            found_by_threes += bool(whole) and any(map(triples_of, chain(*terms)))

        finds_the_same()
    assert found_by_threes
