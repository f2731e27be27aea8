"""Suppliers at the POS door (POS §9-10)."""

import asyncio
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import SupplierChanged
from libs.testing.links import rest_of
from libs.testing.locks import in_turn
from libs.testing.pos import NOT_FOUND
from services.catalog.tests.builders import NO_SUCH_ID, Shop

DOCUMENTED = {
    "name": "Distribuidora de Bebidas S.A.",
    "phone_number": "5512345678",
    "contact_person": "Carlos Rivera",
    "rfc": "DBE101010XYZ",
    "tax_address": "Av. Insurgentes Sur 123, CDMX",
}


async def test_a_supplier_is_created_as_documented(shop: Shop) -> None:
    response = await shop.ask("POST", "suppliers/", role="OWNER", json=DOCUMENTED)
    assert (response.status_code, response.json()) == (201, {"id": 1, **DOCUMENTED})


async def test_a_supplier_needs_a_name_only(shop: Shop) -> None:
    response = await shop.ask("POST", "suppliers/", role="ADMIN", json={"name": "Papelería Mayorista"})
    unknown = dict.fromkeys(DOCUMENTED)
    assert response.json() == {"id": 1, **unknown, "name": "Papelería Mayorista"}


async def test_a_supplier_without_a_name_is_refused(shop: Shop) -> None:
    response = await shop.ask("POST", "suppliers/", role="ADMIN", json={"rfc": "X" * 21})
    assert response.status_code == 400
    assert response.json() == {
        "name": ["This field is required."],
        "rfc": ["Ensure this field has no more than 20 characters."],
    }


async def test_the_list_is_a_bare_array_by_id(shop: Shop) -> None:
    first, second = await shop.supplier("Zeta"), await shop.supplier("Alfa")
    response = await shop.ask("GET", "suppliers/", role="ADMIN")
    assert response.json() == [first, second]
    assert response.headers["X-Total-Count"] == "2"


async def test_the_list_is_searched_by_name_and_sorted(shop: Shop) -> None:
    await shop.supplier("Bebidas Z")
    await shop.supplier("Bebidas A")
    await shop.supplier("Papelería")
    found = await shop.get("suppliers/?search=bebidas&ordering=name", role="ADMIN")
    assert [supplier["name"] for supplier in found] == ["Bebidas A", "Bebidas Z"]


async def test_the_list_is_searched_without_accents_by_name_and_rfc(shop: Shop) -> None:
    await shop.ask("POST", "suppliers/", role="ADMIN", json={"name": "Papelería", "rfc": "ÑOP800101AB1"})
    await shop.supplier("Bebidas")
    found = await shop.get("suppliers/?search=nop8 papeleria", role="ADMIN")
    assert [supplier["name"] for supplier in found] == ["Papelería"]


async def test_a_page_says_where_the_next_one_is(shop: Shop) -> None:
    for name in ("A", "B", "C"):
        await shop.supplier(name)
    response = await shop.ask("GET", "suppliers/?limit=2", role="ADMIN")
    assert response.headers["X-Total-Count"] == "3"
    assert await rest_of(shop.client, response, shop.tokens.bearer(role="ADMIN")) == [3]


@pytest.mark.parametrize("ordering", ["rfc", "-rfc"])
async def test_suppliers_without_an_rfc_are_on_the_pages_too(shop: Shop, ordering: str) -> None:
    for name, rfc in [("A", "ABC"), ("B", None), ("C", "ABC"), ("D", None), ("E", "XYZ")]:
        await shop.ask("POST", "suppliers/", role="ADMIN", json={"name": name, "rfc": rfc})
    whole = [each["id"] for each in await shop.get(f"suppliers/?ordering={ordering}", role="ADMIN")]
    first = await shop.ask("GET", f"suppliers/?ordering={ordering}&limit=1", role="ADMIN")
    rest = await rest_of(shop.client, first, shop.tokens.bearer(role="ADMIN"))
    assert [first.json()[0]["id"], *rest] == whole


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_only_the_fields_given_change(shop: Shop, method: str) -> None:
    await shop.ask("POST", "suppliers/", role="ADMIN", json=DOCUMENTED)
    changes = {"contact_person": "Ana Torres", "phone_number": "5598765432"}
    response = await shop.ask(method, "suppliers/1/", role="ADMIN", json=changes)
    assert (response.status_code, response.json()) == (200, {"id": 1, **DOCUMENTED, **changes})
    assert await shop.get("suppliers/1/", role="ADMIN") == {"id": 1, **DOCUMENTED, **changes}


async def test_a_supplier_is_deleted(shop: Shop) -> None:
    supplier = await shop.supplier()
    response = await shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN")
    assert (response.status_code, response.content) == (204, b"")
    gone = await shop.ask("GET", f"suppliers/{supplier['id']}/", role="ADMIN")
    assert (gone.status_code, gone.json()) == (404, NOT_FOUND)


async def test_a_supplier_with_products_cannot_be_deleted(shop: Shop) -> None:
    supplier = await shop.supplier()
    await shop.product(supplier=supplier["id"])
    response = await shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN")
    assert response.status_code == 400
    assert response.json() == {"error": "Cannot delete a supplier that has products."}


async def test_a_supplier_of_deleted_products_only_can_be_deleted(shop: Shop) -> None:
    supplier = await shop.supplier()
    product = await shop.product(supplier=supplier["id"])
    await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    response = await shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN")
    assert response.status_code == 204


async def test_a_supplier_can_be_deleted_while_its_deleted_products_come_back(shop: Shop) -> None:
    supplier = await shop.supplier()
    ours = {"supplier": supplier["id"]}
    first, other, last = await shop.product(**ours), await shop.product(), await shop.product(**ours)
    order = uuid4()
    await shop.allocate((first, 1), (other, 1), (last, 1), uuid=order)
    for product in (last, first):  # a statement without an order of its own locks them like this
        await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    cancelled, deleted = await in_turn(
        shop.database,
        "select id from products where id = %(id)s for update",
        shop.cancel(order),
        shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN"),
        given=other,
    )
    assert (cancelled.status_code, deleted.status_code) == (204, 204)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_an_unknown_supplier_is_not_found(shop: Shop, method: str) -> None:
    response = await shop.ask(method, f"suppliers/{NO_SUCH_ID}/", role="ADMIN", json={"name": "X"})
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


async def told(shop: Shop) -> list[tuple[int, str, bool]]:
    """What was published of suppliers: id, name, and whether it was deleted."""
    return [(each.supplier_id, each.name, each.deleted) for each in await shop.published(SupplierChanged)]


async def test_every_change_of_a_supplier_is_published(shop: Shop) -> None:
    await shop.supplier("Bebidas")
    await shop.ask("PATCH", "suppliers/1/", role="ADMIN", json={"name": "Bebidas del Norte"})
    await shop.ask("DELETE", "suppliers/1/", role="ADMIN")
    assert await told(shop) == [
        (1, "Bebidas", False),
        (1, "Bebidas del Norte", False),
        (1, "Bebidas del Norte", True),
    ]


async def test_refused_changes_of_suppliers_are_not_published(shop: Shop) -> None:
    supplier = await shop.supplier("Bebidas")
    await shop.product(supplier=supplier["id"])
    await shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN")
    await shop.ask("DELETE", f"suppliers/{NO_SUCH_ID}/", role="ADMIN")
    await shop.ask("PATCH", f"suppliers/{NO_SUCH_ID}/", role="ADMIN", json={"name": "X"})
    assert await told(shop) == [(supplier["id"], "Bebidas", False)]


async def test_a_supplier_made_by_its_name_is_published_once(shop: Shop) -> None:
    for name in ("Organic Foods", " ORGANIC foods ", "Pet Toys"):
        await shop.store_product(supplier=name)
    assert await told(shop) == [(1, "Organic Foods", False), (2, "Pet Toys", False)]


async def test_of_changes_and_a_delete_at_once_the_last_event_tells_the_delete(shop: Shop) -> None:
    await shop.supplier("Bebidas")
    renamed = [
        shop.ask("PATCH", "suppliers/1/", role="ADMIN", json={"name": f"Bebidas {number}"})
        for number in range(8)
    ]
    await asyncio.gather(*renamed, shop.ask("DELETE", "suppliers/1/", role="ADMIN"))
    events = await told(shop)
    assert [deleted for _, _, deleted in events] == [False] * (len(events) - 1) + [True]
    assert events[-1][1] == events[-2][1]


async def test_changes_of_two_fields_at_once_both_stand(shop: Shop) -> None:
    await shop.supplier("Bebidas")
    changes = ({"rfc": "DBE101010XYZ"}, {"phone_number": "5512345678"})
    changing = (shop.ask("PATCH", "suppliers/1/", role="ADMIN", json=change) for change in changes)
    await in_turn(shop.database, "select from suppliers for update", *changing)
    supplier = await shop.get("suppliers/1/", role="ADMIN")
    assert supplier.items() >= (changes[0] | changes[1]).items()
