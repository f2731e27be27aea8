"""The product list and the stock history at the POS door (contract §1, §3)."""

from typing import Any

import pytest

from libs.testing.clock import FakeClock
from libs.testing.links import rest_of
from services.catalog.tests.builders import Shop


def names(products: Any) -> list[str]:
    """The names of the products."""
    return [product["name"] for product in products]


async def test_the_list_is_a_bare_array_by_id(shop: Shop) -> None:
    products = [await shop.product(name=name) for name in ("Zeta", "Alfa")]
    assert await shop.get("products/") == products


async def test_an_empty_shop_lists_nothing(shop: Shop) -> None:
    response = await shop.ask("GET", "products/")
    assert (response.json(), response.headers["X-Total-Count"]) == ([], "0")


async def test_a_barcode_finds_exactly_one(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX", name="Coca Cola 600ml")
    await shop.product(sku="KO-600-MX-2")
    assert names(await shop.get("products/?sku=KO-600-MX")) == ["Coca Cola 600ml"]


async def test_an_unknown_barcode_finds_nothing(shop: Shop) -> None:
    await shop.product()
    assert await shop.get("products/?sku=NOPE") == []


async def test_the_list_can_be_of_what_is_low_or_is_not(shop: Shop) -> None:
    for name, stock in (("Low", 3), ("Enough", 4)):
        await shop.product(name=name, current_stock=stock, low_stock_threshold=3)
    assert names(await shop.get("products/?low_stock=true")) == ["Low"]
    assert names(await shop.get("products/?low_stock=false")) == ["Enough"]
    assert (await shop.ask("GET", "products/?low_stock=few")).status_code == 400


async def test_the_list_can_be_of_one_supplier(shop: Shop) -> None:
    supplier = await shop.supplier()
    await shop.product(name="Of none")
    await shop.product(name="Of them", supplier=supplier["id"])
    assert names(await shop.get(f"products/?supplier={supplier['id']}")) == ["Of them"]


async def test_a_blank_filter_does_not_filter(shop: Shop) -> None:
    await shop.product(name="Coca Cola 600ml")
    assert names(await shop.get("products/?low_stock=&supplier=%20")) == ["Coca Cola 600ml"]


async def test_a_scan_that_read_nothing_finds_nothing(shop: Shop) -> None:
    await shop.product()
    assert await shop.get("products/?sku=") == []


@pytest.mark.parametrize("text", ["coca", "600ML", "ko-6", "cola coca", "mx  CÓCA", "ｃｏｌａ"])
async def test_search_looks_in_name_and_sku(shop: Shop, text: str) -> None:
    await shop.product(name="Coca Cola 600ml", sku="KO-600-MX")
    await shop.product(name="Agua 1L", sku="AG-1")
    assert names(await shop.get("products/", params={"search": text})) == ["Coca Cola 600ml"]


@pytest.mark.parametrize("text", ["cafe", "CAFÉ", "pinata cafe", "Piñata", "pin\u0303ata", "PINATA"])
async def test_search_knows_no_accents(shop: Shop, text: str) -> None:
    await shop.product(name="Café Piñata")
    await shop.product(name="Cafetera")
    found = names(await shop.get("products/", params={"search": text}))
    assert found == (["Café Piñata", "Cafetera"] if text in {"cafe", "CAFÉ"} else ["Café Piñata"])


async def test_a_product_is_found_by_its_newest_name(shop: Shop) -> None:
    product = await shop.product(name="Jabón")
    await shop.ask("PATCH", f"products/{product['id']}/", json={"name": "Champú"})
    assert names(await shop.get("products/?search=jabon")) == []
    assert names(await shop.get("products/?search=champu")) == ["Champú"]


async def test_names_are_sorted_as_in_a_spanish_dictionary(shop: Shop) -> None:
    for name in ("ñu", "Nube", "árbol", "Zeta", "oca", "nube 2", "arbol", "Ñame"):
        await shop.product(name=name)
    expected = ["arbol", "árbol", "Nube", "nube 2", "Ñame", "ñu", "oca", "Zeta"]
    assert names(await shop.get("products/?ordering=name")) == expected
    assert names(await shop.get("products/?ordering=-name")) == expected[::-1]
    ids = [product["id"] for product in await shop.get("products/?ordering=name")]
    first = await shop.ask("GET", "products/?ordering=name&limit=1")
    assert [ids[0], *await rest_of(shop.client, first, shop.tokens.bearer(role="EMPLOYEE"))] == ids


async def test_equal_names_stay_in_the_order_of_their_ids_from_page_to_page(shop: Shop) -> None:
    products = [await shop.product(name=name) for name in ("agua", "AGUA", "Agua", "aGUA")]
    ids = [product["id"] for product in products]
    for ordering, expected in (("name", ids), ("-name", ids[::-1])):
        pages = [
            await shop.get(f"products/?ordering={ordering}&limit=1&offset={offset}") for offset in range(4)
        ]
        assert [page[0]["id"] for page in pages] == expected


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "100%"])
async def test_search_takes_every_sign_as_it_is(shop: Shop, text: str) -> None:
    await shop.product(name="Coca Cola 600ml")
    assert await shop.get("products/", params={"search": text}) == []


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name", ["A", "B", "C"]),
        ("-name", ["C", "B", "A"]),
        ("current_stock,-name", ["C", "B", "A"]),
        ("-price", ["B", "A", "C"]),
        ("deleted_at", ["B", "C", "A"]),  # not sortable: ignored, the order is by id
    ],
)
async def test_the_list_is_sorted_as_asked(shop: Shop, ordering: str, expected: list[str]) -> None:
    await shop.product(name="B", current_stock=2, price="3.00")
    await shop.product(name="C", current_stock=1, price="1.00")
    await shop.product(name="A", current_stock=2, price="2.00")
    assert names(await shop.get(f"products/?ordering={ordering}")) == expected


async def test_pages_follow_one_another(shop: Shop) -> None:
    for name in "ABCDE":
        await shop.product(name=name)
    pages = [
        await shop.ask("GET", f"products/?ordering=-name&limit=2&offset={offset}") for offset in (0, 2, 4)
    ]
    assert [names(page.json()) for page in pages] == [["E", "D"], ["C", "B"], ["A"]]
    assert [page.headers["X-Total-Count"] for page in pages] == ["5", "5", "5"]
    assert "Link" not in pages[2].headers
    assert pages[0].headers["Link"].startswith("<?ordering=-name&limit=2&cursor=")


@pytest.mark.parametrize(
    "ordering", ["id", "-id", "name", "-name", "price", "-price,name", "price,-created_at"]
)
async def test_links_lead_through_the_whole_list_in_any_order(shop: Shop, ordering: str) -> None:
    for price in ("2.00", "1.00", "2.00", "3.00", "1.00"):
        await shop.product(price=price, name=f"Name {price}")
    whole = [product["id"] for product in await shop.get(f"products/?ordering={ordering}")]
    first = await shop.ask("GET", f"products/?ordering={ordering}&limit=1&search=name")
    headers = shop.tokens.bearer(role="EMPLOYEE")
    assert [first.json()[0]["id"], *await rest_of(shop.client, first, headers)] == whole


async def test_a_product_deleted_or_made_between_two_pages_moves_no_other(shop: Shop) -> None:
    for name in "BDFH":
        await shop.product(name=name)
    first = await shop.ask("GET", "products/?ordering=-name&limit=2")
    await shop.ask("DELETE", "products/3/", role="ADMIN")  # F, on whose place the next page begins
    await shop.product(name="Z")
    await shop.product(name="C")
    headers = shop.tokens.bearer(role="EMPLOYEE")
    assert names(first.json()) == ["H", "F"]
    assert await rest_of(shop.client, first, headers) == [2, 6, 1]  # D, C, B


async def test_a_page_past_the_end_is_empty_and_counts_all(shop: Shop) -> None:
    await shop.product()
    response = await shop.ask("GET", "products/?offset=50")
    assert (response.json(), response.headers["X-Total-Count"]) == ([], "1")


async def test_a_barcode_that_is_no_text_is_refused(shop: Shop) -> None:
    assert (await shop.ask("GET", "products/?sku=%00")).status_code == 400


async def test_the_list_shows_todays_prices(shop: Shop) -> None:
    dear, cheap = await shop.product(price="100.00"), await shop.product(price="100.00")
    await shop.promotion(cheap, discount_percent="50.00")
    listed = await shop.get("products/")
    assert [(p["discounted_price"], p["final_price"]) for p in listed] == [
        (None, "116.00"),
        ("50.00", "58.00"),
    ]
    assert listed == [await shop.reading(dear), await shop.reading(cheap)]


async def test_the_history_lists_every_movement_newest_first(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(current_stock=100)
    clock.advance(minutes=1)
    await shop.ask("PATCH", "products/1/", json={"current_stock": 90})
    taken = await shop.allocate((product, 4))
    assert await shop.history(product) == [
        {
            "id": 3,
            "change": -4,
            "balance": 86,
            "reason": "SALE",
            "reference": taken.json()["allocation_id"],
            "user": 3,
            "note": None,
            "created_at": "2026-03-02T18:01:00Z",
        },
        {
            "id": 2,
            "change": -10,
            "balance": 90,
            "reason": "ADJUSTMENT",
            "reference": "product-1",
            "user": 7,
            "note": None,
            "created_at": "2026-03-02T18:01:00Z",
        },
        {
            "id": 1,
            "change": 100,
            "balance": 100,
            "reason": "INITIAL",
            "reference": "product-1",
            "user": 7,
            "note": None,
            "created_at": "2026-03-02T18:00:00Z",
        },
    ]


async def test_the_history_is_the_products_own(shop: Shop) -> None:
    await shop.product()
    other = await shop.product(current_stock=5)
    assert [line["change"] for line in await shop.history(other)] == [5]


async def test_a_count_that_finds_nothing_new_leaves_no_line(shop: Shop) -> None:
    product = await shop.product(current_stock=100)
    await shop.ask("PATCH", "products/1/", json={"current_stock": 100})
    assert len(await shop.history(product)) == 1


async def test_a_product_that_starts_empty_has_no_history(shop: Shop) -> None:
    assert await shop.history(await shop.product(current_stock=0)) == []
