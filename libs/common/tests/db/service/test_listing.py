"""SQL of lists: ordering from named columns only, search that takes the text as it is."""

import pytest

from libs.common.db.database import Database
from libs.common.db.listing import order_by, search, sort_keys

COLUMNS = {"id": "p.id", "name": "p.name", "size": "p.size"}
PRODUCTS = """
select id from (
    select id, name, folded(name || ' ' || sku) as search_text, size from (values
        (1, 'Agua 1l', 'A-100%%', 10), (2, 'Café_molido', 'C\\2', 30), (3, 'agua mineral', 'A-1000', 30)
    ) as listed (id, name, sku, size)
) as p
where {matching} {order}
"""


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
