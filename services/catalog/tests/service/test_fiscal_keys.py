"""The tax authority's keys of products: written, read, imported, exported, and handed to sales."""

from typing import Any
from uuid import uuid4

import pytest

from services.catalog.tests.builders import COLA, Shop

KEYS = {"clave_prod_serv": "50202306", "clave_unidad": "H87", "objeto_imp": "02"}
OTHERS = {"clave_prod_serv": "50161500", "clave_unidad": "XUN", "objeto_imp": "01"}
NONE = dict.fromkeys(KEYS)
REFUSALS = {
    "clave_prod_serv": ["La clave de producto o servicio del SAT tiene 8 dígitos."],
    "clave_unidad": ["La clave de unidad del SAT tiene 2 o 3 mayúsculas o dígitos, como H87."],
    "objeto_imp": ["El objeto de impuesto del SAT va de 01 a 08."],
}


def keys_of(thing: dict[str, Any]) -> dict[str, Any]:
    """The keys in an answer."""
    return {name: thing.get(name) for name in KEYS}


async def test_a_product_keeps_its_keys_until_they_are_changed_or_blanked(shop: Shop) -> None:
    product = await shop.product(**KEYS)
    path = f"products/{product['id']}/"
    assert keys_of(product) == KEYS == keys_of(await shop.get(path))
    assert keys_of((await shop.ask("PATCH", path, json={"price": "19.00"})).json()) == KEYS
    assert keys_of((await shop.ask("PUT", path, json={**COLA, "supplier": None})).json()) == KEYS
    assert keys_of((await shop.ask("PATCH", path, json=OTHERS)).json()) == OTHERS
    blanks = {"clave_prod_serv": "", "clave_unidad": None, "objeto_imp": " "}
    assert keys_of((await shop.ask("PATCH", path, json=blanks)).json()) == NONE


async def test_keys_of_another_form_are_refused_together(shop: Shop) -> None:
    wrong = {"clave_prod_serv": "5020230", "clave_unidad": "h87", "objeto_imp": "09"}
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": None, **wrong})
    assert (response.status_code, response.json()) == (400, REFUSALS)


@pytest.mark.parametrize("key", ["502023067", "5020230a", "٥٠٢٠٢٣٠٦", "5020 306"])
async def test_a_key_of_a_product_has_eight_digits(shop: Shop, key: str) -> None:
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": None, "clave_prod_serv": key})
    assert response.json() == {"clave_prod_serv": REFUSALS["clave_prod_serv"]}


async def test_a_file_gives_products_their_keys_and_an_export_repeats_them(shop: Shop) -> None:
    head = "sku,name,price,clave_prod_serv,clave_unidad,objeto_imp"
    file = f"{head}\nA1,Agua,10.00,50202306,H87,02\nA2,Pan,10.00,,,\nA3,Leche,10.00,123,H,9\n"
    imported = (await shop.ask("POST", "products/import/", role="OWNER", content=file.encode())).json()
    assert [line["result"] for line in imported["results"]] == ["created", "created", "refused"]
    assert imported["results"][2]["errors"] == REFUSALS
    water, bread = await shop.get("products/")
    assert (keys_of(water), keys_of(bread)) == (KEYS, NONE)
    exported = (await shop.ask("GET", "products/export/", role="OWNER")).content
    again = (await shop.ask("POST", "products/import/", role="OWNER", content=exported)).json()
    assert (again["unchanged"], again["refused"]) == (2, 0)
    changed = file.replace("50202306,H87,02", "50161500,XUN,01")
    await shop.ask("POST", "products/import/", role="OWNER", content=changed.encode())
    assert keys_of((await shop.get("products/"))[0]) == OTHERS


async def test_sales_is_told_the_keys_that_there_are(shop: Shop) -> None:
    cola, bread = await shop.product(**KEYS), await shop.product()
    order = uuid4()
    for _ in range(2):
        with_keys, without = (await shop.allocate((cola, 1), (bread, 1), uuid=order)).json()["lines"]
        assert keys_of(with_keys) == KEYS
        assert not KEYS.keys() & without.keys()
    sold, sold_without = await shop.sold((cola, 1), (bread, 1))
    assert keys_of(sold) == KEYS
    assert not KEYS.keys() & sold_without.keys()
